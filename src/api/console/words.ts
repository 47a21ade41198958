/** The words of the pages beside the console itself: what went wrong on the way in. */
import type { Locale } from '../../domain/locale.js';

export type Trouble = 'denied' | 'over' | 'away' | 'refused' | 'notForUs' | 'nowhere' | 'notBuilt' | 'failed';

export interface TroubleWords {
  heading: string;
  text: string;
}

export const STATUS: Record<Trouble, number> = {
  denied: 403,
  over: 400,
  away: 503,
  refused: 502,
  notForUs: 502,
  nowhere: 503,
  notBuilt: 503,
  failed: 500,
};

export const WORDS: Record<Locale, Record<Trouble, TroubleWords> & { again: string; said: string }> = {
  en: {
    denied: { heading: 'You are not signed in', text: 'At the sign-in you, or somebody for you, said no.' },
    over: {
      heading: 'This sign-in is over',
      text: 'It took longer than ten minutes, was used before, or was begun in another browser. Nothing is lost: begin again.',
    },
    away: { heading: 'Signing in does not work now', text: 'The server at which people sign in does not answer. Try again shortly.' },
    refused: {
      heading: 'Signing in did not work',
      text: 'The server at which people sign in did not give what is needed. If it stays so, tell your administrator what stands here.',
    },
    notForUs: {
      heading: 'Signing in did not work',
      text: 'What you were given to sign in with is not for Holdpoint. Tell your administrator: issuer and audience of the settings do not fit.',
    },
    nowhere: {
      heading: 'Nobody can sign in here yet',
      text: 'This installation has no server at which people sign in: its operator sets HOLDPOINT_OIDC_ISSUER.',
    },
    notBuilt: {
      heading: 'The console is not built yet',
      text: 'Its pages are missing below dist/console. Run "npm run build", or start by "npm start", which builds them; then load this page again.',
    },
    failed: { heading: 'Something went wrong here', text: 'It was recorded. Try again, and tell operations if it stays.' },
    again: 'Sign in',
    said: 'What was said',
  },
  'zh-CN': {
    denied: { heading: '您尚未登录', text: '登录时您（或他人代您）选择了拒绝。' },
    over: { heading: '本次登录已失效', text: '登录超过了十分钟、已被使用过，或是在另一个浏览器中开始的。没有丢失任何内容，请重新登录。' },
    away: { heading: '暂时无法登录', text: '登录服务器没有响应，请稍后再试。' },
    refused: { heading: '登录未成功', text: '登录服务器没有返回所需的内容。如果一直如此，请把此页内容告诉管理员。' },
    notForUs: { heading: '登录未成功', text: '登录所得的凭证不是给 Holdpoint 的。请告诉管理员：设置中的签发方与受众（audience）不符。' },
    nowhere: { heading: '此处尚不能登录', text: '本系统还没有设置登录服务器，请运维人员设置 HOLDPOINT_OIDC_ISSUER。' },
    notBuilt: {
      heading: '控制台尚未构建',
      text: 'dist/console 下没有页面文件。请运行 "npm run build"，或用 "npm start" 启动（会自动构建），然后刷新此页。',
    },
    failed: { heading: '出错了', text: '错误已记录。请重试；如果一直如此，请告诉运维人员。' },
    again: '登录',
    said: '对方的说明',
  },
};
