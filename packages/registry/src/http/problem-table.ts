/** Every error that the API answers with: its HTTP status, what it is called, and the way out. */
export const problemTable = {
  'invalid-request': { status: 400, title: 'The request is not valid', hint: 'See the detail, and the API’s description at /docs.' },
  'invalid-json': { status: 400, title: 'The body is not JSON', hint: 'Send a JSON object.' },
  'invalid-cursor': { status: 400, title: 'The cursor is not one of this list', hint: 'Leave it out to begin at the start.' },
  unauthenticated: {
    status: 401,
    title: 'A valid token is needed',
    hint: 'Send Authorization: Bearer <token>; an administrator makes one with `pipewright registry token`.',
  },
  forbidden: { status: 403, title: 'The token does not allow this', hint: 'Use a token with the scope that the detail names.' },
  'not-owner': { status: 403, title: 'The package belongs to someone else', hint: 'Publish under a scope or name of your own.' },
  quarantined: { status: 403, title: 'The version is quarantined', hint: 'Use another version.' },
  'not-found': { status: 404, title: 'There is no such thing here', hint: 'Check the address; GET /v1/packages?q=… searches.' },
  'method-not-allowed': { status: 405, title: 'The method is not allowed here', hint: 'See the Allow header.' },
  conflict: { status: 409, title: 'The version exists with other contents', hint: 'Versions never change: publish under a new version.' },
  'idempotency-conflict': {
    status: 409,
    title: 'The Idempotency-Key was used for another request',
    hint: 'Use a new key for a new request.',
  },
  'idempotency-pending': {
    status: 409,
    title: 'The first request with this Idempotency-Key is still at work',
    hint: 'Send the same request again in a moment.',
  },
  'too-large': { status: 413, title: 'The body is too large', hint: 'A package may have 200 files and 5 MiB.' },
  'unsupported-media-type': { status: 415, title: 'The body has to be JSON', hint: 'Send Content-Type: application/json.' },
  'invalid-package': {
    status: 422,
    title: 'The package is not valid',
    hint: 'See the detail; `pipewright publish --dry-run` checks before sending.',
  },
  'integrity-mismatch': { status: 422, title: 'The integrity does not fit the files', hint: 'Compute it over the files as they are sent.' },
  unavailable: { status: 503, title: 'The registry cannot answer just now', hint: 'Try again in a moment.' },
  internal: { status: 500, title: 'Something went wrong here', hint: 'Try again; if it stays, report the requestId.' },
} as const

export type ProblemCode = keyof typeof problemTable
