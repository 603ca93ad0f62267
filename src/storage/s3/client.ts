// Requests to an object store that speaks S3: signed (Signature Version 4), repeated where the store is busy or the line breaks, and every
// fault told by the name of the store, never by its address or key. They go by Node's own client: where an answer breaks off while nobody
// reads, undici 7.30 ends the process by an assertion.
import { createHash } from 'node:crypto'
import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { AwsV4Signer } from 'aws4fetch'
import { elementsOf, type S3Element } from './answers.ts'
import { isGone, missing, StoreAnswer, storeFault } from './faults.ts'

export interface S3Settings {
  readonly name: string
  readonly endpoint: string
  readonly region: string
  readonly bucket: string
  /** Begins every key, '' or with a slash at its end */
  readonly prefix: string
  readonly accessKey: string
  readonly secretKey: string
  /** Whether the bucket stands in the path; else in the name of the host */
  readonly pathStyle: boolean
  /** Seconds within which an answer must begin, and go on */
  readonly timeout: number
  readonly attempts: number
  readonly partMegabytes: number
}

export interface Facts {
  readonly bytes: number
  readonly modifiedAt: Date
  /** Without its quotes */
  readonly etag: string
}

type Method = 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
interface Asked {
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer
}
const emptyHash = createHash('sha256').digest('hex')
const longestPauseMs = 4000
/** Answers of the store that are worth another attempt. */
const isPassing = (status: number): boolean =>
  status === 429 || (status >= 500 && status !== 501 && status !== 507)

/** Every character but those that RFC 3986 reserves nothing for: what is signed must be what is sent. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

const headerOf = ({ headers }: IncomingMessage, name: string): string => {
  const value = headers[name]
  return (Array.isArray(value) ? value[0] : value) ?? ''
}

/** Reads an answer to its end, so that its connection can be used again. */
export const ended = async (answer: IncomingMessage): Promise<void> => {
  for await (const _ of answer);
}

export const etagOf = (answer: IncomingMessage): string => headerOf(answer, 'etag').replace(/^W\/|"/g, '')

export class S3Client {
  readonly settings: S3Settings
  readonly #base: string
  readonly #agent: HttpAgent
  /** Keys that were derived from the secret, one a day */
  readonly #derived = new Map<string, ArrayBuffer>()

  constructor(settings: S3Settings) {
    this.settings = settings
    const { protocol, host, pathname } = new URL(settings.endpoint)
    const path = pathname.replace(/\/+$/, '')
    const Agent = protocol === 'https:' ? HttpsAgent : HttpAgent
    this.#agent = new Agent({ keepAlive: true, maxSockets: 32, scheduling: 'lifo' })
    this.#base = settings.pathStyle
      ? `${protocol}//${host}${path}/${encoded(settings.bucket)}`
      : `${protocol}//${settings.bucket}.${host}${path}`
  }

  get name(): string {
    return this.settings.name
  }

  close(): void {
    this.#agent.destroy()
  }

  /** One request. @throws what the line says */
  async #once(
    method: Method,
    key: string | undefined,
    { query = {}, headers = {}, body }: Asked,
  ): Promise<IncomingMessage> {
    const { prefix, region, accessKey: accessKeyId, secretKey: secretAccessKey } = this.settings
    const path = key === undefined ? '' : `/${`${prefix}${key}`.split('/').map(encoded).join('/')}`
    const search = Object.entries(query)
      .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
      .sort()
      .join('&')
    const signer = new AwsV4Signer({
      method,
      url: `${this.#base}${path}${search === '' ? '' : `?${search}`}`,
      headers: {
        ...headers,
        'x-amz-content-sha256':
          body === undefined ? emptyHash : createHash('sha256').update(body).digest('hex'),
      },
      accessKeyId,
      secretAccessKey,
      service: 's3',
      region,
      cache: this.#derived,
    })
    const signed = await signer.sign()
    const timeout = this.settings.timeout * 1000
    return await new Promise((resolve, reject) => {
      const send = signed.url.protocol === 'https:' ? httpsRequest : httpRequest
      const request = send(signed.url, {
        method,
        headers: { ...Object.fromEntries(signed.headers), 'content-length': body?.length ?? 0 },
        agent: this.#agent,
        timeout,
      })
      const late = () =>
        request.destroy(Object.assign(new Error(`no answer within ${timeout} ms`), { code: 'ETIMEDOUT' }))
      request.on('timeout', late).on('error', reject)
      request.on('response', answer => {
        // who stops reading ends the request; that is no fault of anybody
        answer.on('error', () => {})
        resolve(answer)
      })
      request.end(body)
    })
  }

  /**
   * A request, repeated as often as the settings allow while the store is busy or the line breaks.
   * @returns an answer that is good, 404 of the object, or one of `also`
   * @throws Refusal unavailable, insufficient-storage
   */
  async send(
    method: Method,
    key: string | undefined,
    asked: Asked = {},
    also: readonly number[] = [],
  ): Promise<IncomingMessage> {
    for (let attempt = 1; ; attempt++) {
      let fault: unknown
      try {
        const answer = await this.#once(method, key, asked)
        const status = answer.statusCode ?? 0
        if (status < 300 || also.includes(status)) return answer
        const code = method === 'HEAD' ? '' : codeIn(await elementsOf(answer))
        if (method === 'HEAD') await ended(answer)
        const other = new StoreAnswer(status, code)
        if (isGone(other, method === 'HEAD' && key !== undefined)) throw missing(this.name, other)
        if (!isPassing(status) && code !== 'RequestTimeout') throw storeFault(this.settings, other)
        fault = other
      } catch (error) {
        // refusals and mistakes of ours have no code of the system
        const { code } = error as NodeJS.ErrnoException
        if (code === undefined || code === 'ENOENT' || /^(UND_)?ERR_INVALID/.test(code)) throw error
        fault = error
      }
      if (attempt >= this.settings.attempts) throw storeFault(this.settings, fault)
      const pause = Math.min(longestPauseMs, 100 * 2 ** attempt)
      await new Promise(resolve => setTimeout(resolve, pause * (0.5 + Math.random() / 2)))
    }
  }

  /** Whether the bucket can be reached with this key. @throws Refusal unavailable */
  async reach(): Promise<void> {
    const answer = await this.send('GET', undefined, {
      query: { 'list-type': '2', 'max-keys': '1', prefix: this.settings.prefix },
    })
    await ended(answer)
  }

  /** Size, time and tag of an object; undefined where it is not there. */
  async facts(key: string): Promise<Facts | undefined> {
    try {
      const answer = await this.send('HEAD', key)
      await ended(answer)
      return {
        bytes: Number(headerOf(answer, 'content-length')),
        modifiedAt: new Date(headerOf(answer, 'last-modified')),
        etag: etagOf(answer),
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      // a bucket that is gone answers a question for an object in the same way, without a word
      await this.reach()
      return undefined
    }
  }

  /**
   * An object, or a part of it, as a stream.
   * @param etag of the object that is meant; another one is answered with undefined
   * @throws ENOENT where it is not there; Refusal
   */
  async get(
    key: string,
    range?: { readonly start: number; readonly end?: number },
    etag?: string,
  ): Promise<{ body: IncomingMessage; bytes: number; etag: string } | undefined> {
    const headers = {
      ...(range === undefined ? {} : { range: `bytes=${range.start}-${range.end ?? ''}` }),
      ...(etag === undefined ? {} : { 'if-match': `"${etag}"` }),
    }
    const body = await this.send('GET', key, { headers }, etag === undefined ? [] : [412])
    const status = body.statusCode ?? 0
    const isOther = status === 412 || (etag !== undefined && etagOf(body) !== etag)
    if (!isOther && (range === undefined || status === 206))
      return { body, bytes: Number(headerOf(body, 'content-length')), etag: etagOf(body) }
    body.destroy()
    if (isOther) return undefined
    throw storeFault(this.settings, new StoreAnswer(status, 'a part was asked for'))
  }

  async remove(key: string): Promise<void> {
    try {
      await ended(await this.send('DELETE', key))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }

  /** Objects below a prefix in the order of their keys. @param most of one answer */
  async *list(below: string, most = 1000): AsyncGenerator<{ key: string; bytes: number; modifiedAt: Date }> {
    const own = this.settings.prefix.length
    for await (const { name, values } of this.#listed(below, { 'max-keys': String(most) }))
      if (name === 'Contents')
        yield {
          key: (values['Key'] ?? '').slice(own),
          bytes: Number(values['Size']),
          modifiedAt: new Date(values['LastModified'] ?? ''),
        }
  }

  /** What keys with this beginning have up to their next slash, each once, in order. */
  async *folders(beginning: string): AsyncGenerator<string> {
    const own = this.settings.prefix.length
    for await (const { name, values } of this.#listed(beginning, { delimiter: '/' }))
      if (name === 'CommonPrefixes') yield (values['Prefix'] ?? '').slice(own)
  }

  /** Elements of all answers about the keys with a beginning. */
  async *#listed(beginning: string, query: Readonly<Record<string, string>>): AsyncGenerator<S3Element> {
    for (let token: string | undefined; ;) {
      const answer = await this.send('GET', undefined, {
        query: {
          'list-type': '2',
          prefix: `${this.settings.prefix}${beginning}`,
          ...query,
          ...(token === undefined ? {} : { 'continuation-token': token }),
        },
      })
      const elements = await elementsOf(answer)
      yield* elements
      token = elements.find(({ name }) => name === 'ListBucketResult')?.values['NextContinuationToken']
      if (token === undefined || token === '') return
    }
  }
}

/** Code of an error in an answer; '' where there is none. */
export const codeIn = (elements: readonly S3Element[]): string =>
  elements.find(({ name }) => name === 'Error')?.values['Code'] ?? ''
