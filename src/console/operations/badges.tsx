import { Badge, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Message, WordMeaning } from './queries.ts';

type State = Message['state'];

const COLORS: Record<State, string> = {
  queued: 'blue',
  sending: 'cyan',
  sent: 'teal',
  refused: 'red',
  dead: 'red',
  dropped: 'gray',
  unknown: 'orange',
  shadow: 'grape',
};

/** Said by its word; the colour only helps. */
export function MessageState({ state }: { state: State }) {
  const { t } = useTranslation();
  return (
    <Tooltip label={t(`operations.messageStateAbout.${state}`)} multiline maw={300}>
      <Badge variant="light" color={COLORS[state]} tt="none" radius="sm" miw="max-content">
        {t(`operations.messageState.${state}`)}
      </Badge>
    </Tooltip>
  );
}

const MEANING_COLORS = { in_progress: 'blue', succeeded: 'teal', failed: 'red' } as const;

export function Meaning({ meaning }: { meaning: WordMeaning | null }) {
  const { t } = useTranslation();
  if (meaning === null) {
    return (
      <Badge variant="light" color="orange" tt="none" radius="sm" miw="max-content">
        {t('operations.words.nobodyKnows')}
      </Badge>
    );
  }
  return (
    <Badge variant="light" color={MEANING_COLORS[meaning.means]} tt="none" radius="sm" miw="max-content">
      {t(`operations.words.${meaning.means}`)}
      {meaning.means === 'failed' && `: ${meaning.reason}`}
    </Badge>
  );
}
