import type { RequestHandler } from 'express';

/** An operation that will be taken away. */
export interface Deprecated {
  /** Since when it should not be used any more, and from when it is not to be had: ISO 8601. */
  since: string;
  sunset: string;
  /** A page that says what to use instead. */
  link: string;
}

/** Says so on each answer: `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and where to read on. */
export function saysDeprecated({ since, sunset, link }: Deprecated): RequestHandler {
  const headers = {
    Deprecation: `@${Math.floor(Date.parse(since) / 1000)}`,
    Sunset: new Date(sunset).toUTCString(),
    Link: `<${link}>; rel="deprecation"; type="text/html", <${link}>; rel="sunset"; type="text/html"`,
  };
  return (_request, response, next) => {
    response.set(headers);
    next();
  };
}
