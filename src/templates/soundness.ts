/** Whether a template can be saved: nothing in it may fail when a notice is sent. */
import { LOCALES, type Locale } from '../domain/locale.js';
import type { TemplateTexts } from '../domain/notice-defaults.js';
import type { NoticeTexts } from '../domain/notice-document.js';
import { variablesOf, type NoticeVariables } from '../domain/notice-facts.js';
import type { NoticeStage } from '../domain/notice.js';
import { fullSample, sampleReader, variablesFor, type NoticeVariable } from '../domain/notice-variables.js';
import { FILTERS, LONGEST_TEMPLATE, parseTemplate, renderTemplate, TAGS, variablesIn, type UsedVariable } from './liquid.js';

/** What is wrong, and where: `texts.en.subject`, with line and column in the message. */
export interface TemplateMistake {
  path: string;
  message: string;
}

const PARTS = ['subject', 'opening', 'advice'] as const satisfies (keyof NoticeTexts)[];

/**
 * Every mistake of a template: a language that is missing, what is no Liquid, a variable that the stage does not have, one that may be
 * lacking and is said without a condition or a default, a text that comes to nothing.
 * @returns empty when it is sound
 */
export function templateMistakes(stage: NoticeStage, texts: Partial<TemplateTexts>): TemplateMistake[] {
  return LOCALES.flatMap((locale) => {
    const own = texts[locale];
    if (own === undefined) return [{ path: `texts.${locale}`, message: `is missing; every language must be there: ${LOCALES.join(', ')}` }];
    return PARTS.flatMap((part) =>
      textMistakes(stage, locale, own[part], part).map((message) => ({ path: `texts.${locale}.${part}`, message })),
    );
  });
}

function textMistakes(stage: NoticeStage, locale: Locale, source: string, part: keyof NoticeTexts): string[] {
  if (source.length > LONGEST_TEMPLATE) return [`must be at most ${LONGEST_TEMPLATE} characters`];
  const variables = variablesFor(stage);
  try {
    const template = parseTemplate(source);
    const unknown = variablesIn(template).flatMap((use) => useMistakes(use, variables, stage));
    if (unknown.length > 0) return [...new Set(unknown)];
    return [...new Set(trials(stage, locale, variables).flatMap((data) => trialMistakes(template, data, part)))];
  } catch (error) {
    return [inWords(error)];
  }
}

function useMistakes({ path, line, column }: UsedVariable, variables: readonly NoticeVariable[], stage: NoticeStage): string[] {
  const name = path.map(String).join('.');
  if (path.every((segment) => typeof segment === 'string') && variables.some((variable) => variable.name === name)) return [];
  const known = variables.map((variable) => variable.name).join(', ');
  return [`line ${line}, column ${column}: "${name.slice(0, 100)}" is not a variable of stage ${stage}, which has: ${known}`];
}

function trialMistakes(template: ReturnType<typeof parseTemplate>, data: NoticeVariables, part: keyof NoticeTexts): string[] {
  try {
    const text = renderTemplate(template, data);
    return part !== 'advice' && text.trim() === '' ? ['must not come to nothing, whatever is lacking'] : [];
  } catch (error) {
    return [inWords(error)];
  }
}

/** The sample with all facts, without any that may be lacking, and without each one of these. */
function trials(stage: NoticeStage, locale: Locale, variables: readonly NoticeVariable[]): NoticeVariables[] {
  const all = variablesOf(fullSample(stage), sampleReader(locale));
  const lacking = variables.filter((variable) => variable.optional).map(({ name }) => name);
  return [all, without(all, lacking), ...lacking.map((name) => without(all, [name]))];
}

function without(all: NoticeVariables, names: readonly string[]): NoticeVariables {
  const groups = Object.entries(all).map(([group, members]) => [
    group,
    Object.fromEntries(Object.entries(members).filter(([member]) => !names.includes(`${group}.${member}`))),
  ]);
  return Object.fromEntries(groups) as NoticeVariables;
}

/** The parser's words, with what would be right. */
function inWords(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const place = /, line:(\d+), col:(\d+)/.exec(text);
  const what = text.replace(/, (file:[^,]*, )?line:\d+, col:\d+.*$/s, '').slice(0, 200);
  const at = place === null ? '' : `line ${place[1]}, column ${place[2]}: `;
  if (what.startsWith('undefined variable')) {
    return `${at}${what.replace('undefined variable: ', '')} may be lacking: ask with {% if %}, or give it a default like {{ x | default: "…" }}`;
  }
  if (what.startsWith('undefined filter')) return `${at}${what}; there are: ${FILTERS.join(', ')}`;
  if (/^tag "[^"]*" not found/.test(what)) return `${at}${what}; there are: ${TAGS.join(', ')}`;
  return `${at}${what}`;
}
