/** The keys and secrets of tests. */
import { createSealing } from '../../src/counterparts/sealing.js';

export const REVIEW_KEY = 'test-key-of-the-review-server';
export const LIAISON_KEY = 'test-key-of-the-liaison-server';
export const PLATFORM_KEY = 'test-key-of-the-platform';
export const VENDOR_KEY = 'test-key-of-the-vendors';
export const LINK_KEY = 'a link key of tests, 32 characters';
/** 32 bytes in base64. */
export const SECRETS_KEY = Buffer.alloc(32, 7).toString('base64');
export const SEALING = createSealing([Buffer.from(SECRETS_KEY, 'base64')]);
/** Tests call servers on this machine. */
export const LOOPBACK = '127.0.0.0/8,::1/128';
export const WEBHOOK_SECRET = `whsec_${Buffer.from('a secret of tests, 24 bytes and more').toString('base64')}`;
