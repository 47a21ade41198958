/** A draft of a notice template: kept in the browser, with the tag of what it began from. */
import { useLocalStorage } from '@mantine/hooks';
import { LOCALES, PARTS, type Stage, type Texts } from './template-queries.ts';

interface KeptDraft {
  etag: string | null;
  texts: Texts;
}

/** @returns null where there is none, or what is kept is none */
export function useKeptTemplate(stage: Stage, reasonType: string | null): [KeptDraft | null, (draft: KeptDraft | null) => void] {
  const [kept, keep, remove] = useLocalStorage<KeptDraft | null>({
    key: `holdpoint-template-draft-${stage}-${reasonType ?? ''}`,
    defaultValue: null,
    getInitialValueInEffect: false,
    deserialize: (text) => draftOf(text ?? 'null'),
  });
  return [kept, (draft) => (draft === null ? remove() : keep(draft))];
}

function draftOf(text: string): KeptDraft | null {
  try {
    const { etag, texts } = JSON.parse(text) as KeptDraft;
    const isWhole = LOCALES.every((locale) => PARTS.every((part) => typeof texts[locale][part] === 'string'));
    return isWhole ? { etag, texts } : null;
  } catch {
    return null;
  }
}

/** Every language: an old version may lack one. */
export function wholeTexts(texts: Partial<Texts> | null): Texts {
  const of = (locale: keyof Texts) => texts?.[locale] ?? { subject: '', opening: '', advice: '' };
  return { en: of('en'), 'zh-CN': of('zh-CN') };
}
