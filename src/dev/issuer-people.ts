/** People of the embedded stack: one of each role, and one who is bound to a buyer. Whoever can reach the page can be any of them. */
import type { Role } from '../domain/access.js';

/** The audience of access tokens: the API. */
export const API_RESOURCE = 'urn:holdpoint:api';

export interface SamplePerson {
  id: string;
  name: string;
  email: string;
  roles: readonly Role[];
  /** As the sample liaisons have it. */
  personId?: string;
  buyers?: readonly string[];
}

export const SAMPLE_PEOPLE: readonly SamplePerson[] = [
  { id: 'ingrid', name: 'Ingrid Larsson', email: 'ingrid.larsson@liaison.example', roles: ['liaison'], personId: 'l-1' },
  { id: 'wei', name: '王伟', email: 'wang.wei@liaison.example', roles: ['liaison'], personId: 'l-3' },
  { id: 'sofia', name: 'Sofia Nyström', email: 'sofia.nystrom@liaison.example', roles: ['supervisor'], personId: 's-1' },
  { id: 'jing', name: '陈静', email: 'chen.jing@operations.example', roles: ['operations'], personId: 'o-1' },
  { id: 'ana', name: 'Ana Ruiz', email: 'ana.ruiz@policy.example', roles: ['policy_author'] },
  { id: 'kofi', name: 'Kofi Mensah', email: 'kofi.mensah@it.example', roles: ['administrator'] },
  { id: 'maria', name: 'Maria Rossi', email: 'maria.rossi@audit.example', roles: ['auditor'] },
  { id: 'pelle', name: 'Pelle Svensson', email: 'pelle@buyer.example', roles: ['supervisor'], buyers: ['7300070011115'] },
];
