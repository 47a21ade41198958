/** What the pages about notice templates read. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answer, api, CallFailed, taggedAnswer, type Problem, type Schemas } from '../app/api.ts';

export type StageTemplates = Schemas['StageTemplates'];
export type Stage = StageTemplates['stage'];
export type Version = Schemas['NoticeTemplate'];
export const LOCALES = ['en', 'zh-CN'] as const;
export type Locale = (typeof LOCALES)[number];
export const PARTS = ['subject', 'opening', 'advice'] as const;
export type Part = (typeof PARTS)[number];
export type Texts = Record<Locale, Record<Part, string>>;

export const TEMPLATES = ['templates'];
const PAGE = 20;

export const listQuery = queryOptions({
  queryKey: [...TEMPLATES, 'list'],
  queryFn: ({ signal }) => answer(api.GET('/v1/notice-templates', { signal })),
});

/** What is in force, with the tag to change it by. */
export const stageQuery = (stage: Stage, reasonType: string | null) =>
  queryOptions({
    queryKey: [...TEMPLATES, stage, reasonType],
    queryFn: ({ signal }) => taggedAnswer(api.GET('/v1/notice-templates/{stage}', { ...asked(stage, reasonType, 1), signal })),
  });

export const versionsQuery = (stage: Stage, reasonType: string | null) =>
  infiniteQueryOptions({
    queryKey: [...TEMPLATES, stage, reasonType, 'versions'],
    queryFn: ({ pageParam, signal }) =>
      answer(api.GET('/v1/notice-templates/{stage}', { ...asked(stage, reasonType, PAGE, pageParam), signal })),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

function asked(stage: Stage, reasonType: string | null, limit: number, cursor: string | null = null) {
  const query = { limit, ...(reasonType === null ? {} : { reasonType }), ...(cursor === null ? {} : { cursor }) };
  return { params: { path: { stage }, query } };
}

export interface PreviewWish {
  stage: Stage;
  reasonType: string | null;
  locale: Locale;
  texts: Record<Part, string>;
  /** Empty: an invented order. */
  orderId: string;
}

/** @throws CallFailed TEMPLATE_UNSOUND with every mistake of the draft in that language */
export const previewQuery = ({ stage, reasonType, locale, texts, orderId }: PreviewWish) =>
  queryOptions({
    queryKey: ['template-preview', stage, reasonType, locale, texts, orderId],
    queryFn: ({ signal }) => {
      const about = { ...(reasonType === null ? {} : { reasonType }), ...(orderId === '' ? {} : { orderId }) };
      const body = { stage, locale, texts: { [locale]: texts }, ...about };
      return answer(api.POST('/v1/notice-templates/preview', { body, signal }));
    },
    gcTime: 60_000,
    staleTime: 60_000,
  });

export interface Change {
  /** Null: the template is taken back. */
  texts: Texts | null;
  by: string;
  why: string;
}

/** @throws CallFailed 412 where somebody else was first */
export async function saveTemplate(stage: Stage, reasonType: string | null, etag: string | null, change: Change) {
  const params = { path: { stage }, header: etag === null ? {} : { 'If-Match': etag } };
  return answer(api.PUT('/v1/notice-templates/{stage}', { params, body: { ...change, reasonType } }));
}

export interface Mistake {
  path: string;
  message: string;
}

/** @returns what the API finds wrong with the texts; empty where it is something else */
export function mistakesOf(error: unknown): Mistake[] {
  if (!(error instanceof CallFailed) || error.problem.code !== 'TEMPLATE_UNSOUND') return [];
  return (error.problem as Partial<Problem>).errors ?? [];
}
