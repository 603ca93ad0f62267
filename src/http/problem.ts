// Errors leave as RFC 9457 problem documents. `type` is an address that this server answers with an explanation.
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { type Reason, reasons, Refusal } from '../errors.ts'
import { type PageProblem, wantsPage } from './pages.ts'
import { FirebirdFault, toRefusal } from '../firebird/faults.ts'
import { tableOf } from '../codes.ts'

export const Problem = z
  .looseObject({
    type: z.string().meta({ description: 'Address of an explanation, /problems/<reason>.' }),
    title: z.string(),
    status: z.number().int().min(400).max(599),
    detail: z.string().optional(),
    instance: z.string().optional(),
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
    requestId: z.string().optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem document.' })

/** Fastify's own errors as reasons of ours. */
const byFastifyCode: Readonly<Record<string, Reason>> = tableOf({
  FST_ERR_CTP_BODY_TOO_LARGE: 'too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'bad-request',
  FST_ERR_CTP_INVALID_JSON_BODY: 'bad-request',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'bad-request',
  FST_REQ_FILE_TOO_LARGE: 'too-large',
  FST_FILES_LIMIT: 'too-large',
  FST_PARTS_LIMIT: 'too-large',
  FST_FIELDS_LIMIT: 'too-large',
  FST_INVALID_MULTIPART_CONTENT_TYPE: 'unsupported-media-type',
  FST_ERR_BAD_URL: 'bad-request',
  FST_ERR_MAX_PARAM_LENGTH: 'bad-request',
})

function validationRefusal(
  error: FastifyError & {
    validation: readonly { instancePath: string; message?: string; params?: unknown }[]
    validationContext?: string
  },
): Refusal {
  const where = error.validationContext ?? 'request'
  const errors = error.validation.map(issue => ({
    pointer: where === 'body' ? issue.instancePath || '/' : `${where}${issue.instancePath}`,
    detail: issue.message ?? 'is not accepted',
  }))
  const first = errors[0]
  return new Refusal(
    'bad-request',
    first ? `${first.pointer}: ${first.detail}.`.replace(/\.+$/, '.') : 'The request is not accepted.',
    { errors },
  )
}

/** What Fastify refuses for a fault of the client is no fault of ours, whichever of its codes it has. */
const blamed = ({ code, statusCode = 500 }: FastifyError): Reason | undefined =>
  code.startsWith('FST_') && statusCode >= 400 && statusCode < 500 ? 'bad-request' : undefined

/** What was thrown as a Refusal, or undefined where it is a bug. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error
  if (error instanceof FirebirdFault) return toRefusal(error)
  if (hasZodFastifySchemaValidationErrors(error)) return validationRefusal(error)
  const code = (error as { code?: string } | null)?.code
  const reason = code === undefined ? undefined : (byFastifyCode[code] ?? blamed(error as FastifyError))
  if (reason) return new Refusal(reason, (error as Error).message.replace(/\.?$/, '.'), {}, error)
  // the parser of multipart bodies throws plain errors
  if (error instanceof Error && /^(Multipart: Boundary not found|Unexpected end of )/.test(error.message))
    return new Refusal('bad-request', `The multipart body is damaged: ${error.message}.`, {}, error)
  if (error instanceof SyntaxError && (error as { statusCode?: number }).statusCode === 400)
    return new Refusal('bad-request', `The body is no JSON: ${error.message}.`, {}, error)
  return undefined
}

export const statusOf = (reason: Reason): number => reasons[reason][0]

export function problemOf(refusal: Refusal, request: FastifyRequest): Record<string, unknown> & PageProblem {
  const [status, title] = reasons[refusal.reason]
  const { linkPrefix } = request.server
  return {
    type: `${linkPrefix}/problems/${refusal.reason}`,
    title,
    status,
    detail: refusal.message,
    instance: `${linkPrefix}${request.url.split('?')[0]}`,
    requestId: request.id,
    ...refusal.details,
  }
}

/** Sends a problem: as a page to whose browser asks for one, as a document to all others. */
function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  problem: Readonly<Record<string, unknown>> & PageProblem,
): FastifyReply {
  const document = (): FastifyReply =>
    reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem))
  if (!wantsPage(request)) return document()
  reply.sendPage({ problem }).catch((error: unknown) => {
    request.log.error({ err: error }, 'the page of a problem')
    if (!reply.sent) document()
  })
  return reply
}

/** The error handler: refusals as problems, everything else as 500 with nothing but the request's id. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = refusalOf(error)
  reply.header('cache-control', 'no-store')
  // what a route has said of the answer that it then did not give
  for (const name of ['content-length', 'etag', 'accept-ranges', 'content-disposition', 'repr-digest'])
    reply.removeHeader(name)
  if (!refusal) {
    request.log.error({ err: error }, 'unexpected error')
    return sendProblem(request, reply, {
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
      requestId: request.id,
    })
  }
  request.facts['refusal'] = refusal.reason
  if (refusal.cause)
    request.facts['cause'] = refusal.cause instanceof Error ? refusal.cause.message : 'see the log'
  if (refusal.details.retryAfter !== undefined)
    reply.header('retry-after', String(refusal.details.retryAfter))
  if (refusal.reason === 'unauthorized') reply.header('www-authenticate', 'Bearer')
  return sendProblem(request, reply, problemOf(refusal, request))
}

const problemAnswer = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: Problem } },
})

/** Answers that any route may give, for OpenAPI, and the ones named. */
export function problems<const S extends readonly number[]>(
  ...statuses: S
): Record<number, ReturnType<typeof problemAnswer>> {
  const titles: Record<number, string> = {}
  for (const [status, title] of Object.values(reasons)) titles[status] ??= title
  const answers: Record<number, ReturnType<typeof problemAnswer>> = {}
  for (const status of new Set([...statuses, 400, 401, 403, 503]))
    answers[status] = problemAnswer(`${titles[status] ?? 'Problem'}.`)
  answers[500] = problemAnswer('A fault of the service.')
  return answers
}

/** A JSON answer with its sentence, in the form that @fastify/swagger describes fully. */
export const json = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})
