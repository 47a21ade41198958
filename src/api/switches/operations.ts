import { z } from 'zod';
import { SWITCH_NAMES } from '../../domain/switches.js';
import { listOf } from '../contract/answers.js';
import { operation } from '../contract/operation.js';
import { nameSchema, noteSchema } from '../review-notices/schema.js';

const switchName = z.enum(SWITCH_NAMES, `must be one of: ${SWITCH_NAMES.join(', ')}`);
const switchState = z
  .object({
    name: switchName,
    buyerId: z.string().nullable().describe('null: for all buyers'),
    on: z.boolean(),
    by: z.string(),
    note: z.string(),
    at: z.iso.datetime(),
  })
  .meta({ id: 'Switch' });

export const listSwitches = operation({
  id: 'listSwitches',
  method: 'get',
  path: '/switches',
  tag: 'Switches',
  summary: 'List the switches as they stand',
  permission: 'switches.read',
  answers: { 200: { description: 'The latest change of each.', body: listOf(switchState) } },
  example: {},
});

export const getSwitch = operation({
  id: 'getSwitch',
  method: 'get',
  path: '/switches/{name}',
  tag: 'Switches',
  summary: 'Read one switch: for all, and for single buyers',
  permission: 'switches.read',
  conditional: 'read',
  params: z.object({ name: switchName }),
  answers: { 200: { description: 'The latest change for all and for each buyer.', body: listOf(switchState) } },
  example: { params: { name: 'shadow' } },
});

export const turnSwitch = operation({
  id: 'turnSwitch',
  method: 'put',
  path: '/switches/{name}',
  tag: 'Switches',
  summary: 'Turn a switch on or off',
  permission: 'switches.write',
  conditional: 'change',
  params: z.object({ name: switchName }),
  body: z.strictObject({ on: z.boolean(), buyerId: z.string().min(1).max(200).nullish(), by: nameSchema, note: noteSchema }),
  answers: { 200: { description: 'As it stands now.', body: switchState } },
  example: { params: { name: 'shadow' }, body: { on: true, buyerId: 'B-1', by: 'Ana Ruiz', note: 'trying the new policy' } },
});
