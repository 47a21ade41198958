/** The text of a notice about an outage: composed when it is first sent, by the template in force then (D10). */
import type { Counterparts } from '../../counterparts/caller.js';
import { findCounterpart } from '../../db/counterparts.js';
import type { Database } from '../../db/database.js';
import type { Message } from '../../db/generated/client.js';
import { templateInForce } from '../../db/notice-templates.js';
import { keepText, outageFacts, rowOf } from '../../db/operations-notices.js';
import { findPerson } from '../../db/people.js';
import { requirePerson } from '../../db/reference-data.js';
import { renderNotice } from '../../templates/rendered-notice.js';
import { bodyFor, type Way } from '../liaison/channels.js';

/** Whether a queued notice has no text yet. */
export function isUncomposed({ kind, body }: Message): boolean {
  return kind === 'outage_notice' && body === '';
}

/** @returns the text, as it is kept from now on. @throws ApplicationFailure LIAISON_UNKNOWN (final) */
export async function composeOutageText(db: Database, counterparts: Counterparts, way: Way, message: Message): Promise<string> {
  const { key, recipient, caseAt } = message;
  const person = await requirePerson(db, recipient.split('/')[0] ?? recipient);
  const { counterpartId, name, onBehalfOf, since, error, waiting } = await outageFacts(db, message);
  const [row, template, away] = await Promise.all([
    findCounterpart(db, rowOf(counterpartId)),
    templateInForce(db, 'outage', ''),
    onBehalfOf === null ? null : findPerson(db, onBehalfOf),
  ]);
  const counterpart = { id: counterpartId, kind: row?.kind ?? ('customer' as const), name };
  const notice = { stage: 'outage' as const, counterpart, since, lastError: error, waiting };
  const rendered = renderNotice(template?.texts ?? null, notice, { ...person, onBehalfOf: away?.name ?? onBehalfOf });
  const to = { id: person.id, name: person.name };
  const envelope = { noticeId: key, caseId: null, orderId: null, to, onBehalfOf, liaisonId: null, links: [], at: caseAt.getTime() };
  return keepText(db, key, await bodyFor(counterparts, way, notice, rendered, envelope, person.email));
}
