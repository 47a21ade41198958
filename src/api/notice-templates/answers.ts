import { z } from 'zod';
import { LOCALES } from '../../domain/locale.js';
import { NOTICE_STAGES } from '../../domain/notice.js';
import { instant, linkTo } from '../contract/answers.js';

const stage = z.enum(NOTICE_STAGES).describe('why the notice is sent');
const reasonType = z.string().nullable().describe('null: for every type that has none of its own');
const texts = z
  .partialRecord(z.enum(LOCALES), z.object({ subject: z.string(), opening: z.string(), advice: z.string() }))
  .describe('Liquid, by language');

const templateSchema = z
  .object({
    stage,
    reasonType,
    version: z.int().describe('1, 2 …, of this stage and reason type'),
    texts: texts.nullable().describe('Liquid, by language; null: from this version on the more general one applies'),
    by: z.string(),
    why: z.string(),
    at: instant,
  })
  .meta({ id: 'NoticeTemplate', description: 'A version of a notice template: never edited.' });

const variables = z
  .array(
    z
      .object({
        name: z.string().describe('as in `{{ order.id }}`'),
        optional: z.boolean().describe('may be lacking: asked for with `if`, or given a `default`'),
        about: z.string(),
      })
      .meta({ id: 'NoticeVariable' }),
  )
  .describe('what templates of this stage may say');

/** `GET /v1/notice-templates` */
export const templateListSchema = z
  .object({
    languages: z.array(z.enum(LOCALES)).describe('a template says something in each'),
    tags: z.array(z.string()).describe('of Liquid, that templates may use'),
    filters: z.array(z.string()).describe('of Liquid, that templates may use'),
    items: z.array(
      z.object({
        stage,
        saved: z.array(templateSchema).describe('the latest version for each reason type'),
        variables,
        links: z.object({ self: linkTo('the templates of this stage') }),
      }),
    ),
  })
  .meta({ id: 'NoticeTemplates' });

const said = z.object({
  stage,
  reasonType: z.string().nullable().describe('the type that was asked for'),
  inForce: z
    .object({
      builtIn: z.boolean(),
      reasonType,
      version: z.int().nullable().describe('null: built in'),
      texts,
    })
    .describe('what is said now'),
  variables,
});

/** `GET /v1/notice-templates/{stage}` */
export const stageTemplatesSchema = said
  .extend({
    versions: z.array(templateSchema).describe('for this reason type alone, the newest first'),
    nextCursor: z.string().nullable().describe('for the next page, as `cursor`; null on the last page'),
  })
  .meta({ id: 'StageTemplates' });

/** `PUT /v1/notice-templates/{stage}` */
export const savedTemplateSchema = said.extend({ saved: templateSchema }).meta({ id: 'SavedTemplate' });

/** `POST /v1/notice-templates/preview` */
export const composedNoticeSchema = z
  .object({ subject: z.string(), text: z.string().describe('as plain text'), html: z.string().describe('a whole document') })
  .meta({ id: 'ComposedNotice', description: 'A notice as a mail.' });
