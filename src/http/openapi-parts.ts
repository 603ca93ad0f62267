// Headers of requests and answers, described once in the published document and referred to.
export interface Parameter {
  readonly in?: string
  readonly name?: string
  readonly $ref?: string
}

const string = { type: 'string' } as const
const tag = (description: string) => ({ description, schema: string, example: '"7o"' })

export const headers = {
  ETag: tag('The version of what is answered, for If-Match and If-None-Match.'),
  Location: { description: 'The address of what was made, or to go on at.', schema: string },
  Operation: {
    description: 'The number of the operation, which /api/v1/operations/{batch}/undo takes.',
    schema: { type: 'string', pattern: String.raw`^\d+$` },
  },
  RetryAfter: {
    description: 'Seconds after which it is worth while to ask again.',
    schema: { type: 'integer', minimum: 0 },
  },
  RateLimit: {
    description:
      'What is left of the budget of this kind of requests (draft-ietf-httpapi-ratelimit-headers).',
    schema: string,
    example: '"api";r=598;t=41',
  },
  RateLimitPolicy: { description: 'The budget and its window.', schema: string, example: '"api";q=600;w=60' },
  WWWAuthenticate: { description: 'How to say who asks.', schema: string, example: 'Bearer' },
  Link: { description: 'Related addresses (RFC 8288).', schema: string },
  AcceptRanges: { description: 'Parts may be asked for with Range.', schema: string, example: 'bytes' },
  ContentRange: { description: 'Which part this is.', schema: string, example: 'bytes 0-999/5000' },
  ContentDisposition: { description: 'A name for the file.', schema: string },
  ReprDigest: { description: 'SHA-256 of the whole file (RFC 9530).', schema: string },
} as const
export const header = (name: keyof typeof headers) => ({ $ref: `#/components/headers/${name}` })

const inHeader = (name: string, description: string, more: object = {}) => ({
  in: 'header',
  name,
  description,
  schema: string,
  ...more,
})
export const parameters = {
  IfMatch: inHeader(
    'If-Match',
    'The ETag that the change was made on; * for whichever there is. Without it 428 is answered, with another one than the current 412.',
    { required: true, example: '"7o"' },
  ),
  IfMatchOnWish: inHeader(
    'If-Match',
    'The ETag that the change was made on; with another one than the current 412.',
    {
      example: '"7o"',
    },
  ),
  IfNoneMatch: inHeader('If-None-Match', 'The ETag of a copy; while it is current, 304 is answered.'),
  IdempotencyKey: inHeader(
    'Idempotency-Key',
    'A name of the request, up to 200 characters: sent again with it within a day, it is answered as before and changes nothing more.',
    { schema: { type: 'string', minLength: 1, maxLength: 200 } },
  ),
  ChangeReason: inHeader('X-Change-Reason', 'Why; stands in the histories and the log.', {
    schema: { type: 'string', maxLength: 250 },
  }),
  ContentDigest: inHeader(
    'Content-Digest',
    'sha-256 of the body (RFC 9530); another body than this is refused.',
    { example: 'sha-256=:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=:' },
  ),
  Range: inHeader('Range', 'The part of the file that is wanted.', { example: 'bytes=0-999' }),
  IfRange: inHeader('If-Range', 'The ETag of the file that earlier parts are of.'),
}
export const parameter = (name: keyof typeof parameters): Parameter => ({
  $ref: `#/components/parameters/${name}`,
})
