/** What the pages about policies say. */
import { addWords } from '../words/words.ts';
import { policiesEn } from './words-en.ts';
import { policiesZhCn } from './words-zh-cn.ts';

addWords('policies', { en: policiesEn, 'zh-CN': policiesZhCn });
