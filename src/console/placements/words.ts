/** The words of the pages about placements. */
import { addWords } from '../words/words.ts';
import { en } from './words-en.ts';
import { zhCn } from './words-zh-cn.ts';

addWords('placements', { en, 'zh-CN': zhCn });
addWords('problem', {
  en: { PLACEMENT_NOT_FOUND: 'There is no placement of this order, or it is not yours to see.' },
  'zh-CN': { PLACEMENT_NOT_FOUND: '没有这个订单的下单，或您无权查看。' },
});

/** Reasons in our own words; a vendor's mapping may name others. */
export const REASONS: ReadonlySet<string> = new Set(Object.keys(en.reason));
