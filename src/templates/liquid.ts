/**
 * Liquid, as far as notices need it: conditions and a few filters over given texts. No loops, no assignments, no files: what a template can
 * do grows with its length alone. What it gives is plain text; each format escapes all of it.
 */
import { Liquid, type Template } from 'liquidjs';
import type { NoticeTexts } from '../domain/notice-document.js';
import type { NoticeVariables } from '../domain/notice-facts.js';

export const TAGS = ['if', 'unless', 'case', 'comment', 'raw', '#'];
export const FILTERS = ['default', 'append', 'prepend', 'upcase', 'downcase', 'capitalize', 'truncate', 'truncatewords', 'strip'];

/** Characters of one template; far more than a notice can show. */
export const LONGEST_TEMPLATE = 4000;
/** Ms and bytes of one rendering: a template within the limits above takes well under one ms. */
const LIMITS = { parseLimit: LONGEST_TEMPLATE, renderLimit: 1000, memoryLimit: 200_000 };

/** Names a template uses: each path with its place, line and column from 1. */
export interface UsedVariable {
  path: readonly unknown[];
  line: number;
  column: number;
}

const engine = restricted(new Liquid({ ...LIMITS, strictFilters: true, strictVariables: true, lenientIf: true, ownPropertyOnly: true }));

function restricted(liquid: Liquid): Liquid {
  for (const name of Object.keys(liquid.tags)) if (!TAGS.includes(name)) delete liquid.tags[name];
  for (const name of Object.keys(liquid.filters)) if (!FILTERS.includes(name)) delete liquid.filters[name];
  return liquid;
}

/** @throws Error when it is no template */
export function parseTemplate(source: string): Template[] {
  return engine.parse(source);
}

/** @throws Error when a variable is not among the given ones, unless it is asked for by a condition or has a default */
export function renderTemplate(template: string | Template[], variables: NoticeVariables): string {
  const parsed = typeof template === 'string' ? parseTemplate(template) : template;
  return String(engine.renderSync(parsed, variables));
}

/** Every variable that a template names, by itself or as an index of another. */
export function variablesIn(template: Template[]): UsedVariable[] {
  const { globals } = engine.analyzeSync(template, { partials: false });
  const uses = Object.values(globals).flat();
  return uses.map((use) => ({ path: use.toArray(), line: use.location.row, column: use.location.col }));
}

/** @throws Error when one of the three cannot be rendered */
export function renderTexts({ subject, opening, advice }: NoticeTexts, variables: NoticeVariables): NoticeTexts {
  return {
    subject: renderTemplate(subject, variables),
    opening: renderTemplate(opening, variables),
    advice: renderTemplate(advice, variables),
  };
}
