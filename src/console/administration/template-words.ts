/** What the pages about notice templates say, and the API's words for what is wrong with one. */
import { useTranslation } from 'react-i18next';
import { addWords } from '../words/words.ts';
import type { Mistake } from './template-queries.ts';
import { templatesEn } from './template-words-en.ts';
import { templatesZhCn } from './template-words-zh-cn.ts';

addWords('templates', { en: templatesEn, 'zh-CN': templatesZhCn });

type Say = ReturnType<typeof useTranslation>['t'];
const AT = String.raw`^(?:line (\d+), column (\d+): )?`;

/** The API's messages as they are built; one that is not here is shown as it came. */
const SAID: readonly [RegExp, (found: string[], t: Say) => string][] = [
  [/^is missing; every language/, (_found, t) => t('templates.mistake.missing')],
  [/^must be at most (\d+) characters$/, ([count], t) => t('templates.mistake.long', { count })],
  [/^must not come to nothing/, (_found, t) => t('templates.mistake.empty')],
  [new RegExp(`${AT}"(.*)" is not a variable of stage`), ([, , name], t) => t('templates.mistake.variable', { name })],
  [new RegExp(`${AT}(\\S+) may be lacking`), ([, , name], t) => t('templates.mistake.lacking', { name })],
  [new RegExp(`${AT}undefined filter: (.*); there are: (.*)$`), ([, , name, known], t) => t('templates.mistake.filter', { name, known })],
  [new RegExp(`${AT}tag "(.*)" not found; there are: (.*)$`), ([, , name, known], t) => t('templates.mistake.tag', { name, known })],
];

export function useTemplateMistakeWords(): (mistake: Mistake) => string {
  const { t } = useTranslation();
  return ({ message }) => {
    const place = new RegExp(AT).exec(message);
    const at = place?.[1] === undefined ? '' : `${t('templates.mistake.at', { line: place[1], column: place[2] })} `;
    for (const [pattern, words] of SAID) {
      const found = pattern.exec(message);
      if (found !== null) return at + words(found.slice(1), t);
    }
    return message;
  };
}
