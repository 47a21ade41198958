/** The same questions as a table: for reading one after another, and for who sees no drawing. */
import { Button, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Instant, useInstant } from '../parts/instants.tsx';
import { useAnswerWords, useQuestionWords } from './question-words.ts';
import type { PlannedQuestion, Question } from './schedule.ts';

/** So many at first: those around now. */
const FIRST_ASKED = 4;
const FIRST_PLANNED = 3;

export function QuestionTable({ questions, planned }: { questions: Question[]; planned: PlannedQuestion[] }) {
  const { t } = useTranslation();
  const [isWhole, setWhole] = useState(false);
  const count = questions.length + planned.length;
  if (count === 0) return <Text size="sm">{t('placements.line.none')}</Text>;
  const asked = isWhole ? questions : questions.slice(-FIRST_ASKED);
  const toCome = isWhole ? planned : planned.slice(0, FIRST_PLANNED);
  const isCut = asked.length + toCome.length < count;
  return (
    <>
      <Table.ScrollContainer minWidth={280}>
        <Table verticalSpacing={4} aria-label={t('placements.line.list')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('placements.line.what')}</Table.Th>
              <Table.Th>{t('placements.line.when')}</Table.Th>
              <Table.Th>{t('placements.line.answer')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {asked.map((question) => (
              <Asked key={`${question.purpose} ${question.at}`} question={question} />
            ))}
            {toCome.map((question) => (
              <Planned key={`${question.number} ${question.at}`} question={question} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {(isCut || isWhole) && count > FIRST_ASKED + 1 && (
        <Button variant="subtle" size="compact-sm" onClick={() => setWhole(!isWhole)}>
          {isWhole ? t('placements.line.fewer') : t('placements.line.all', { count })}
        </Button>
      )}
    </>
  );
}

function Asked({ question }: { question: Question }) {
  const questionWords = useQuestionWords();
  const answerWords = useAnswerWords();
  return (
    <Table.Tr>
      <Table.Td>{questionWords(question)}</Table.Td>
      <Table.Td>
        <Instant at={new Date(question.at).toISOString()} size="sm" />
      </Table.Td>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        {answerWords(question)}
        {question.error !== null && (
          <Text size="xs" c="dimmed" lineClamp={2}>
            {question.error}
          </Text>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function Planned({ question }: { question: PlannedQuestion }) {
  const { t } = useTranslation();
  const questionWords = useQuestionWords();
  const instant = useInstant();
  const { at, earliest, latest } = question;
  return (
    <Table.Tr>
      <Table.Td c="dimmed">{questionWords(question)}</Table.Td>
      <Table.Td>
        <Instant at={new Date(at).toISOString()} size="sm" c="dimmed" />
      </Table.Td>
      <Table.Td c="dimmed">
        {t('placements.line.planned')}
        {latest > earliest && <Text size="xs">{t('placements.line.between', { from: instant(earliest), to: instant(latest) })}</Text>}
      </Table.Td>
    </Table.Tr>
  );
}
