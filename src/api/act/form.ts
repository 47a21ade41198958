/** What the form of a link's page sends (D4). */
import type { RequestHandler } from 'express';
import type { LinkAction } from '../../domain/action-link.js';
import { findUnstorable } from '../../wire/storable.js';
import { Problem } from '../problems.js';
import type { FormState } from './page.js';
import type { PageWords } from './words.js';

/** As everywhere that people say why. */
export const MAX_NOTE = 2000;
/** A note of so many characters, percent-encoded, and little else. */
export const MAX_FORM = '32kb';

/** A form and nothing else: no script's JSON, no empty call. */
export const requireForm: RequestHandler = (request, _response, next) => {
  if (!request.is('application/x-www-form-urlencoded'))
    throw new Problem('MEDIA_TYPE_UNSUPPORTED', 'The form of the page is sent as application/x-www-form-urlencoded.');
  next();
};

/**
 * @param body as parsed; anything
 * @param colleagues to whom the case can be handed over
 * @returns what was sent, trimmed, and each mistake in the reader's words
 */
export function readForm(body: unknown, action: LinkAction, colleagues: readonly { id: string }[], words: PageWords): FormState {
  const fields = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const text = (name: string): string => {
    const value = fields[name];
    return typeof value === 'string' ? value.replaceAll('\r\n', '\n').trim() : '';
  };
  const [note, to] = [text('note'), text('to')];
  const mistakes: FormState['mistakes'] = {};
  if (fields['act'] !== action) mistakes.form = words.mistakes.form;
  if (action === 'decline' && note === '') mistakes.note = words.mistakes.note;
  const unstorable = findUnstorable({ note }) !== null;
  if (note.length > MAX_NOTE || unstorable) mistakes.note = words.mistakes.noteTooLong;
  if (action === 'hand-over' && !colleagues.some(({ id }) => id === to)) mistakes.to = words.mistakes.to;
  return { note: unstorable ? '' : note, to, mistakes, again: false };
}
