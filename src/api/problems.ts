/** The catalogue of errors (RFC 9457): stable codes, one place for status and title; docs/problems.md lists the same. */
export const PROBLEMS = {
  MALFORMED_REQUEST: { status: 400, title: 'This is not an HTTP request' },
  MALFORMED_JSON: { status: 400, title: 'The body is not valid JSON' },
  VALIDATION_FAILED: { status: 400, title: 'The request does not have the expected form' },
  IDEMPOTENCY_KEY_MISSING: { status: 400, title: 'An Idempotency-Key is required' },
  KEY_MISSING: { status: 401, title: 'A bearer key is required' },
  KEY_UNKNOWN: { status: 401, title: 'The bearer key is not known' },
  KEY_EXPIRED: { status: 401, title: 'The bearer key is no longer valid' },
  TOKEN_INVALID: { status: 401, title: 'The access token is not valid' },
  SESSION_OVER: { status: 401, title: 'Nobody is signed in, or no longer' },
  SIGNATURE_MISSING: { status: 401, title: 'The call must be signed' },
  SIGNATURE_WRONG: { status: 401, title: 'The signature is not valid' },
  SIGNATURE_EXPIRED: { status: 401, title: 'The signature is too old, or from the future' },
  FORBIDDEN: { status: 403, title: 'The caller may not do this' },
  NOT_OWN_PAGE: { status: 403, title: 'The call does not come from a page of the console' },
  NOT_FOUND: { status: 404, title: 'There is no such resource' },
  CASE_NOT_FOUND: { status: 404, title: 'The order has no review case' },
  PLACEMENT_NOT_FOUND: { status: 404, title: 'The order has not been placed' },
  VENDOR_NOT_FOUND: { status: 404, title: 'There is no such vendor' },
  COUNTERPART_NOT_FOUND: { status: 404, title: 'There is no such counterpart' },
  LIAISON_NOT_FOUND: { status: 404, title: 'There is no such person' },
  KEY_NOT_FOUND: { status: 404, title: 'There is no such key' },
  SUBSCRIPTION_NOT_FOUND: { status: 404, title: 'There is no such subscription' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'The resource does not take this method' },
  NOT_ACCEPTABLE: { status: 406, title: 'The answer is not to be had in that form' },
  REQUEST_TIMEOUT: { status: 408, title: 'The request did not come in time' },
  ACTION_NOT_ALLOWED: { status: 409, title: "The case's state does not allow this action" },
  INSTANT_NOT_ALLOWED: { status: 409, title: 'The instant is outside what the case allows' },
  NOT_YOUR_CASE: { status: 409, title: 'The case is somebody else’s now' },
  LIAISON_UNKNOWN: { status: 409, title: 'There is no such liaison' },
  POLICY_UNKNOWN: { status: 409, title: 'There is no such version of the policy' },
  IDEMPOTENCY_KEY_IN_USE: { status: 409, title: 'The first request with this Idempotency-Key is under way' },
  POLICY_MOVED_ON: { status: 409, title: 'The policy has a newer version' },
  VENDOR_UNKNOWN: { status: 409, title: 'There is no such vendor' },
  ORDER_UNKNOWN: { status: 409, title: 'The order is not known' },
  CLOCK_NOT_MOVED: { status: 409, title: 'The clock cannot be moved now' },
  CALL_REPLAYED: { status: 409, title: 'This very call was received before' },
  KEY_NAME_TAKEN: { status: 409, title: 'There is or was a key of this name' },
  KEY_NOT_ROTATED: { status: 409, title: 'The key cannot be rotated now' },
  SECRET_NOT_ROTATED: { status: 409, title: 'The secret cannot be rotated now' },
  COUNTERPART_ID_TAKEN: { status: 409, title: 'The id is that of another server' },
  COUNTERPART_IN_USE: { status: 409, title: 'The counterpart is still needed' },
  CURSOR_GONE: { status: 410, title: 'The event of the cursor is not in the feed' },
  PRECONDITION_FAILED: { status: 412, title: 'It is not as If-Match or If-None-Match wants it' },
  BODY_TOO_LARGE: { status: 413, title: 'The body is larger than allowed' },
  ADDRESS_TOO_LONG: { status: 414, title: 'The address is longer than allowed' },
  MEDIA_TYPE_UNSUPPORTED: { status: 415, title: 'The body must be application/json' },
  EVENT_ID_REUSED: { status: 422, title: 'The eventId came before with other content' },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: 'The Idempotency-Key came before with another request' },
  WEBHOOK_ID_REUSED: { status: 422, title: 'The webhook-id came before with another call' },
  POLICY_UNSOUND: { status: 422, title: 'The policy is not sound' },
  TEMPLATE_UNSOUND: { status: 422, title: 'The notice template is not sound' },
  RATE_LIMITED: { status: 429, title: 'Too many calls with this key' },
  TOO_MANY_STREAMS: { status: 429, title: 'Too many streams with this key' },
  HEADERS_TOO_LARGE: { status: 431, title: 'The headers are larger than allowed' },
  INTERNAL: { status: 500, title: 'Something went wrong here' },
  OVERLOADED: { status: 503, title: 'There is more to do than can be done in time' },
  DATABASE_UNAVAILABLE: { status: 503, title: 'The database cannot be reached' },
  ISSUER_UNAVAILABLE: { status: 503, title: 'The issuer of tokens cannot be asked' },
  SANDBOX_UNAVAILABLE: { status: 503, title: 'The sandbox does not answer' },
  OUTCOME_UNKNOWN: { status: 503, title: 'No answer from the case in time; the outcome is unknown' },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

/** An error with a text for the outside. */
export class Problem extends Error {
  constructor(
    readonly code: ProblemCode,
    /** What was wrong and what would be right, for the caller. */
    readonly detail: string,
    /** Further members of the problem document. */
    readonly members: Record<string, unknown> = {},
  ) {
    super(`${code}: ${detail}`);
  }
}
