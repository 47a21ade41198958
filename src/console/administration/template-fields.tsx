/** The three texts of a template in one language, what is wrong with each, and what they can say. */
import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../app/api.ts';
import { PARTS, type Locale, type Mistake, type Part, type Texts } from './template-queries.ts';
import { useTemplateMistakeWords } from './template-words.ts';

export interface TemplateFieldsProps {
  locale: Locale;
  texts: Texts[Locale];
  mistakes: Mistake[];
  variables: Schemas['NoticeVariable'][];
  mayWrite: boolean;
  onChange: (texts: Texts[Locale]) => void;
}

export function TemplateFields({ locale, texts, mistakes, variables, mayWrite, onChange }: TemplateFieldsProps) {
  const { t } = useTranslation();
  const words = useTemplateMistakeWords();
  const fields = useRef<Partial<Record<Part, HTMLTextAreaElement | null>>>({});
  const last = useRef<Part>('opening');
  const wrongOf = (part: Part): string[] =>
    mistakes.filter(({ path }) => path === `texts.${locale}.${part}` || path === `texts.${locale}`).map(words);
  const insert = (said: string): void => {
    const part = last.current;
    const field = fields.current[part];
    const text = texts[part];
    const [from, to] = [field?.selectionStart ?? text.length, field?.selectionEnd ?? text.length];
    onChange({ ...texts, [part]: text.slice(0, from) + said + text.slice(to) });
    const place = from + said.length;
    requestAnimationFrame(() => {
      field?.focus();
      field?.setSelectionRange(place, place);
    });
  };
  return (
    <Stack>
      {PARTS.map((part) => {
        const wrong = wrongOf(part);
        return (
          <Textarea
            key={part}
            ref={(field) => void (fields.current[part] = field)}
            label={t(`templates.part.${part}`)}
            description={t(`templates.partAbout.${part}`)}
            lang={locale}
            value={texts[part]}
            readOnly={!mayWrite}
            autosize
            minRows={part === 'subject' ? 1 : 3}
            maxRows={14}
            spellCheck
            onFocus={() => void (last.current = part)}
            onChange={(event) => onChange({ ...texts, [part]: event.currentTarget.value })}
            error={wrong.length === 0 ? undefined : wrong.join(' ')}
          />
        );
      })}
      <details>
        <summary>{t('templates.variables', { count: variables.length })}</summary>
        <Text size="xs" my="xs">
          {t('templates.variablesAbout')}
        </Text>
        <Stack gap={4}>
          {variables.map(({ name, optional, about }) => (
            <Group key={name} gap="xs" wrap="nowrap" align="flex-start">
              <Button
                size="compact-xs"
                variant="default"
                ff="monospace"
                style={{ flexShrink: 0 }}
                disabled={!mayWrite}
                onClick={() => insert(optional ? `{{ ${name} | default: "${t('templates.lacking')}" }}` : `{{ ${name} }}`)}
              >
                {name}
              </Button>
              <Text size="xs">
                {t(`templates.variable.${name}` as 'templates.lacking', { defaultValue: about })}
                {optional && ` · ${t('templates.optional')}`}
              </Text>
            </Group>
          ))}
        </Stack>
      </details>
    </Stack>
  );
}
