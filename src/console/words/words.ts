/** What the console says, in both languages: English is loaded with it, Chinese when it is asked for. */
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en.ts';

export const LANGUAGES = ['en', 'zh-CN'] as const;
export type Language = (typeof LANGUAGES)[number];
const KEPT = 'holdpoint-language';

/** As it was chosen, else as the browser asks. */
function firstLanguage(): Language {
  const kept = localStorage.getItem(KEPT);
  if (LANGUAGES.some((one) => one === kept)) return kept as Language;
  return navigator.languages.some((one) => one.toLowerCase().startsWith('zh')) ? 'zh-CN' : 'en';
}

/** For figures and instants: the reader's own variant of the language, so that a Briton is shown 20:36. */
export function formatLanguage(language: string): string {
  return navigator.languages.find((one) => one.toLowerCase().startsWith(language.slice(0, 2)) && isLanguageTag(one)) ?? language;
}

/** Browsers name the system's locale as it is called there, `en-US@posix` among them. */
function isLanguageTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

export async function startWords(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: en } },
    interpolation: { escapeValue: false }, // React escapes
  });
  await chooseLanguage(firstLanguage());
}

/** The words of an area of the console, which come with its pages: `t('operations.title')` of the area `operations`. */
export function addWords<T extends object>(area: string, words: Record<Language, T>): void {
  for (const language of LANGUAGES) i18next.addResourceBundle(language, 'translation', { [area]: words[language] }, true, true);
}

export async function chooseLanguage(language: Language): Promise<void> {
  if (language === 'zh-CN' && !i18next.exists('shell.skip', { lng: language, fallbackLng: [] })) {
    const { zhCn } = await import('./zh-cn.ts');
    i18next.addResourceBundle(language, 'translation', zhCn, true, true);
  }
  localStorage.setItem(KEPT, language);
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}
