import { operation } from '../contract/operation.js';
import { composedNoticeSchema, savedTemplateSchema, stageTemplatesSchema, templateListSchema } from './answers.js';
import { previewSchema, saveTemplateSchema, stageParams, templateQuerySchema } from './schema.js';

export const listNoticeTemplates = operation({
  id: 'listNoticeTemplates',
  method: 'get',
  path: '/notice-templates',
  tag: 'Notice templates',
  summary: 'List the stages of notices, with what is saved for them',
  description: 'Also what templates may say: variables by stage, and the tags and filters of Liquid.',
  permission: 'templates.read',
  answers: { 200: { description: 'Every stage.', body: templateListSchema } },
  example: {},
});

export const previewNotice = operation({
  id: 'previewNotice',
  method: 'post',
  reads: true,
  path: '/notice-templates/preview',
  tag: 'Notice templates',
  summary: 'Preview a notice',
  description: 'As it would be, of an order that is known or of an invented one, with a draft or with what is in force. Nothing is sent.',
  permission: 'templates.read',
  body: previewSchema,
  answers: { 200: { description: 'The notice.', body: composedNoticeSchema } },
  problems: ['TEMPLATE_UNSOUND', 'ORDER_UNKNOWN'],
  example: {
    body: {
      stage: 'awaiting_liaison',
      reasonType: 'STOCK_SHORT',
      timeZone: 'Europe/Stockholm',
      texts: {
        en: {
          subject: 'Stock for {{ order.id }}',
          opening: '{{ order.buyer }} waits{% if order.deliverTo %} in {{ order.deliverTo }}{% endif %}.',
          advice: 'Ask {{ order.seller | default: "the seller" }}.',
        },
      },
    },
  },
});

export const getNoticeTemplates = operation({
  id: 'getNoticeTemplates',
  method: 'get',
  path: '/notice-templates/{stage}',
  tag: 'Notice templates',
  summary: 'Get the templates of a stage: what is in force, and all versions',
  permission: 'templates.read',
  conditional: 'read',
  params: stageParams,
  query: templateQuerySchema,
  answers: { 200: { description: 'With a page of versions.', body: stageTemplatesSchema } },
  example: { params: { stage: 'reminder' }, query: { reasonType: 'STOCK_SHORT' } },
});

export const saveNoticeTemplate = operation({
  id: 'saveNoticeTemplate',
  method: 'put',
  path: '/notice-templates/{stage}',
  tag: 'Notice templates',
  summary: 'Save a version of a template, or take a template back',
  description:
    'What is saved is what the next notice says. Every mistake of one that could fail when it is sent is named, and nothing is saved. ' +
    '`If-Match` takes the `ETag` of the GET with the same `reasonType`.',
  permission: 'templates.write',
  conditional: 'change',
  params: stageParams,
  body: saveTemplateSchema,
  answers: { 200: { description: 'What was saved, and what is in force now.', body: savedTemplateSchema } },
  problems: ['TEMPLATE_UNSOUND'],
  example: {
    params: { stage: 'reminder' },
    body: {
      reasonType: 'STOCK_SHORT',
      texts: {
        en: {
          subject: 'Reminder {{ reminder.number }}: stock for {{ order.id }}',
          opening: 'The order still waits, until {{ review.deadlineAt }}.',
          advice: 'Ask {{ order.seller | default: "the seller" }} for the stock.',
        },
        'zh-CN': {
          subject: '第 {{ reminder.number }} 次提醒：订单 {{ order.id }} 缺货',
          opening: '该订单仍在等待，截至 {{ review.deadlineAt }}。',
          advice: '请向{{ order.seller | default: "供应商" }}询问库存。',
        },
      },
      by: 'Ana Ruiz',
      why: 'says whom to ask',
    },
  },
});
