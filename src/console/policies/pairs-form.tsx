/** Names with a value each, and one more. */
import { Button, CloseButton, Group, Text, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

export interface PairsFormProps {
  names: string[];
  label: (name: string) => string;
  input: (name: string, label: string) => ReactNode;
  onRemove: (name: string) => void;
}

export function PairsForm({ names, label, input, onRemove }: PairsFormProps) {
  const { t } = useTranslation();
  return names.map((name) => (
    <Group key={name} gap="xs" wrap="nowrap">
      <Text size="sm" style={{ flex: 1, overflowWrap: 'anywhere' }}>
        {label(name)}
      </Text>
      <div style={{ flex: 1 }}>{input(name, label(name))}</div>
      <CloseButton aria-label={t('policies.remove', { what: label(name) })} onClick={() => onRemove(name)} />
    </Group>
  ));
}

export interface WordAdderProps {
  label: string;
  hint: string;
  pattern: RegExp;
  onAdd: (word: string) => void;
}

export function WordAdder({ label, hint, pattern, onAdd }: WordAdderProps) {
  const { t } = useTranslation();
  const [word, setWord] = useState('');
  const isSound = pattern.test(word);
  const add = (): void => {
    if (!isSound) return;
    onAdd(word);
    setWord('');
  };
  return (
    <Group gap="xs" align="flex-end" wrap="nowrap">
      <TextInput
        style={{ flex: 1 }}
        label={label}
        placeholder={hint}
        value={word}
        onChange={(event) => setWord(event.currentTarget.value.toUpperCase())}
        onKeyDown={(event) => {
          if (event.key === 'Enter') add();
        }}
      />
      <Button variant="default" disabled={!isSound} onClick={add}>
        {t('policies.add')}
      </Button>
    </Group>
  );
}
