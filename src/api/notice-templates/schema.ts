import { z } from 'zod';
import { isTimeZone, LOCALES } from '../../domain/locale.js';
import { NOTICE_STAGES } from '../../domain/notice.js';
import { orderIdSchema } from '../../wire/order-document.js';
import { versionSchema } from '../contract/requests.js';
import { pageQuery } from '../cursor.js';
import { nameSchema, noteSchema } from '../review-notices/schema.js';

const stage = z.enum(NOTICE_STAGES, `must be one of: ${NOTICE_STAGES.join(', ')}`);
const reasonType = z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/, 'must be an upper-case word like "STOCK_SHORT", at most 64 characters');

/** Liquid; how long it may be is judged with the rest of the template. */
const liquid = z.string().max(100_000).describe('Liquid');
const texts = z.strictObject({
  subject: liquid,
  opening: liquid.describe('Liquid: what has happened'),
  advice: liquid.describe('Liquid: what the reader should do'),
});
/** Whether every language is there is judged with the rest of the template. */
const textsByLanguage = z.strictObject(
  Object.fromEntries(LOCALES.map((locale) => [locale, texts.optional()])) as Record<(typeof LOCALES)[number], z.ZodOptional<typeof texts>>,
);

export const stageParams = z.object({ stage });

/** `GET /v1/notice-templates/{stage}` */
export const templateQuerySchema = z.strictObject({
  reasonType: reasonType.optional().describe('without it the template for every type that has none of its own'),
  ...pageQuery,
});
export const templateCursorSchema = z.strictObject({ version: versionSchema });

/** `PUT /v1/notice-templates/{stage}`: a new version; `texts: null` takes the template back. */
export const saveTemplateSchema = z.strictObject({
  reasonType: reasonType.nullish().describe('not given: for every type that has none of its own; never for stage outage'),
  texts: textsByLanguage
    .meta({ required: [...LOCALES] })
    .nullable()
    .describe('what it says in each language, or null: the more general one applies again'),
  by: nameSchema,
  why: noteSchema,
});

/** `POST /v1/notice-templates/preview` */
export const previewSchema = z.strictObject({
  stage,
  reasonType: reasonType.nullish().describe('of the notice and its template; never for stage outage'),
  locale: z.enum(LOCALES).default('en').describe("the reader's language"),
  timeZone: z
    .string()
    .max(100)
    .refine(isTimeZone, 'must be a time zone like "Europe/Stockholm"')
    .optional()
    .describe('an IANA name; not given: one of those who read the language'),
  texts: textsByLanguage.nullish().describe('a draft, at least in the language of the preview; not given: what is in force'),
  orderId: orderIdSchema.nullish().describe('whose facts it tells; not given: invented ones'),
});
export type Preview = z.output<typeof previewSchema>;
