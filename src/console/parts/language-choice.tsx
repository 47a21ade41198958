import { SegmentedControl } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { chooseLanguage, type Language } from '../words/words.ts';

const NAMES = [
  { value: 'en', label: 'English' },
  { value: 'zh-CN', label: '中文' },
];

export function LanguageChoice() {
  const { i18n, t } = useTranslation();
  return (
    <SegmentedControl
      size="xs"
      aria-label={t('shell.language')}
      data={NAMES}
      value={i18n.language}
      onChange={(language) => void chooseLanguage(language as Language)}
    />
  );
}
