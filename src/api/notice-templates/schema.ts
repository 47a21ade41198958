import { z } from 'zod';
import { isTimeZone, LOCALES } from '../../domain/locale.js';
import { NOTICE_STAGES } from '../../domain/notice.js';
import { orderIdSchema } from '../../wire/order-document.js';
import { limitSchema } from '../cursor.js';
import { nameSchema, noteSchema } from '../review-notices/schema.js';

export const stageSchema = z.enum(NOTICE_STAGES, `must be one of: ${NOTICE_STAGES.join(', ')}`);
const reasonType = z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/, 'must be an upper-case word like "STOCK_SHORT", at most 64 characters');

/** Liquid; how long it may be is judged with the rest of the template. */
const liquid = z.string().max(100_000);
const texts = z.strictObject({ subject: liquid, opening: liquid, advice: liquid });
/** Whether every language is there is judged with the rest of the template. */
const textsByLanguage = z.strictObject(
  Object.fromEntries(LOCALES.map((locale) => [locale, texts.optional()])) as Record<(typeof LOCALES)[number], z.ZodOptional<typeof texts>>,
);

/** `GET /v1/notice-templates/{stage}` */
export const templateQuerySchema = z.strictObject({
  reasonType: reasonType.optional(),
  limit: limitSchema,
  cursor: z.string().max(500).optional(),
});
export const templateCursorSchema = z.strictObject({ version: z.int().min(1) });

/** `PUT /v1/notice-templates/{stage}`: a new version; `texts: null` takes the template back. */
export const saveTemplateSchema = z.strictObject({
  reasonType: reasonType.nullish(),
  texts: textsByLanguage.nullable().describe('what it says in each language, or null'),
  by: nameSchema,
  why: noteSchema,
});

/** `POST /v1/notice-templates/preview` */
export const previewSchema = z.strictObject({
  stage: stageSchema,
  reasonType: reasonType.nullish(),
  locale: z.enum(LOCALES).default('en'),
  timeZone: z.string().max(100).refine(isTimeZone, 'must be a time zone like "Europe/Stockholm"').optional(),
  texts: textsByLanguage.nullish(),
  orderId: orderIdSchema.nullish(),
});
export type Preview = z.output<typeof previewSchema>;
