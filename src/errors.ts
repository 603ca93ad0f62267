// The one way to say no. Everything thrown that is not a Refusal is a bug and answers 500.
// The table below is the source for HTTP statuses (http/problem.ts) and docs/problems.md.

/** Reason -> HTTP status and title (RFC 9457 §3.1). The key is the last segment of the problem type. */
export const reasons = {
  'bad-request': [400, 'The request is not understood'],
  unauthorized: [401, 'Credentials are missing or unknown'],
  forbidden: [403, 'This is not allowed'],
  lent: [403, 'It is lent, and who asks holds no copy'],
  'not-found': [404, 'There is no such thing'],
  'method-not-allowed': [405, 'This method does not exist here'],
  'not-acceptable': [406, 'No representation fits the Accept header'],
  conflict: [409, 'This conflicts with what is stored'],
  ambiguous: [409, 'Several records match'],
  'in-use': [409, 'Something else still refers to it'],
  gone: [410, 'It has been removed'],
  stale: [412, 'It has changed in the meantime'],
  'too-large': [413, 'This is larger than the limit'],
  'unsupported-media-type': [415, 'This media type is not accepted here'],
  'bad-range': [416, 'The range lies outside the file'],
  'not-processable': [422, 'The content cannot be accepted'],
  'bad-xml': [422, 'The XML cannot be accepted'],
  'bad-digest': [422, 'The checksum does not fit the bytes'],
  'precondition-required': [428, 'This change needs If-Match'],
  'not-confirmed': [428, 'This change needs a confirmation or a comment'],
  'too-many-requests': [429, 'There were too many attempts'],
  'not-implemented': [501, 'This is not offered'],
  busy: [503, 'Others are changing the same records'],
  unavailable: [503, 'A part of the service cannot be reached'],
  timeout: [503, 'It took longer than the limit'],
  'insufficient-storage': [507, 'There is no room to store this'],
  'outcome-unknown': [503, 'It is not known whether the change was stored'],
} as const satisfies Record<string, readonly [number, string]>

export type Reason = keyof typeof reasons

export interface RefusalDetails {
  /** What went wrong where: a JSON pointer or a column, and a sentence. */
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[]
  /** 1-based place in an XML or text source. */
  readonly line?: number
  readonly column?: number
  readonly excerpt?: string
  /** Seconds after which a repetition may succeed. */
  readonly retryAfter?: number
  readonly [member: string]: unknown
}

/** A request or an input that is declined, with the reason and a sentence for the person who sent it. */
export class Refusal extends Error {
  readonly reason: Reason
  readonly details: RefusalDetails
  constructor(reason: Reason, sentence: string, details: RefusalDetails = {}, cause?: unknown) {
    super(sentence, cause === undefined ? undefined : { cause })
    this.name = 'Refusal'
    this.reason = reason
    this.details = details
  }
}
