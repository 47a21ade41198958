import { CloseButton, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

const TYPING_MS = 350;

export interface TextFilterProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

/** Told once typing has come to rest. */
export function TextFilter({ label, value, onChange }: TextFilterProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(value);
  const tell = useDebouncedCallback((to: string) => onChange(to.trim()), TYPING_MS);
  useEffect(() => setTyped(value), [value]);
  const type = (to: string): void => {
    setTyped(to);
    tell(to);
  };
  return (
    <TextInput
      label={label}
      w={170}
      value={typed}
      maxLength={200}
      onChange={(event) => type(event.currentTarget.value)}
      rightSection={typed === '' ? null : <CloseButton size="sm" aria-label={t('desk.clear')} onClick={() => type('')} />}
    />
  );
}
