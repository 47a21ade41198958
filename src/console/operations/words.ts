import { addWords } from '../words/words.ts';
import { en } from './words-en.ts';
import { zhCn } from './words-zh.ts';

addWords('operations', { en, 'zh-CN': zhCn });
