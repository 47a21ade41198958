/** The languages we speak, and instants as their readers say them. */

export const LOCALES = ['en', 'zh-CN'] as const;
export type Locale = (typeof LOCALES)[number];

/** @returns the given locale when we speak it, else English. */
export function localeOf(value: string): Locale {
  return (LOCALES as readonly string[]).includes(value) ? (value as Locale) : 'en';
}

/** Whether a time zone can be told by its name, like `Europe/Stockholm` (IANA). */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** An instant as its reader says it, with the zone named. An unknown time zone falls back to UTC. @param instant epoch ms */
export function localInstant(instant: number, locale: Locale, timeZone: string): string {
  const zone = isTimeZone(timeZone) ? timeZone : 'UTC';
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'long', timeZone: zone }).format(new Date(instant));
}
