/** From a template and the facts to a notice that can be given any form. */
import { DEFAULT_TEMPLATES, type TemplateTexts } from '../domain/notice-defaults.js';
import { noticeDocument, type NoticeDocument, type NoticeTexts } from '../domain/notice-document.js';
import { variablesOf, type CaseNotice, type NoticeReader, type OutageNotice } from '../domain/notice-facts.js';
import type { NoticeLink } from '../domain/notice.js';
import { renderTexts } from './liquid.js';

export interface RenderedNotice {
  document: NoticeDocument;
  /** Why the built-in template took the place of the saved one; null: it did not. */
  fellBack: string | null;
}

/**
 * @param saved the template in force; null: the built-in one. One that cannot be rendered, like an old version, gives way to the built-in
 */
export function renderNotice(
  saved: Partial<TemplateTexts> | null,
  notice: CaseNotice | OutageNotice,
  reader: NoticeReader,
  links: readonly NoticeLink[] = [],
): RenderedNotice {
  const variables = variablesOf(notice, reader);
  const builtIn = (): NoticeTexts => renderTexts(DEFAULT_TEMPLATES[notice.stage][reader.locale], variables);
  const document = (texts: NoticeTexts): NoticeDocument => noticeDocument(notice, reader, texts, links);
  if (saved === null) return { document: document(builtIn()), fellBack: null };
  try {
    const own = saved[reader.locale];
    if (own === undefined) throw new Error(`it has no texts in ${reader.locale}`);
    const texts = renderTexts(own, variables);
    if (texts.subject.trim() === '' || texts.opening.trim() === '') throw new Error('it comes to nothing');
    return { document: document(texts), fellBack: null };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { document: document(builtIn()), fellBack: `the built-in template was used: ${why.slice(0, 300)}` };
  }
}
