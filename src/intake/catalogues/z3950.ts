// Z39.50, which catalogues spoke before SRU and many still speak alone: through yaz-client, where it is installed.
// @see https://software.indexdata.com/yaz/doc/yaz-client.html
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Z3950Catalogue } from '../../config/catalogues.ts'
import { Refusal } from '../../errors.ts'
import { publicAddress } from '../../http/public-only.ts'

export interface Z3950Options {
  /** How the catalogue is called in faults */
  readonly called: string
  readonly program: string
  readonly privateNetworks: boolean
  readonly answerBytes: number
  /** Seconds */
  readonly timeout: number
}

interface Asked {
  readonly hits: number
  /** The first record as it came; undefined where there is none */
  readonly record: Buffer | undefined
}

/** A term of PQF in quotes, which holds whatever the identifier is. @throws Refusal bad-request: a line would be another command */
function quoted(identifier: string): string {
  if (/\p{Cc}/u.test(identifier))
    throw new Refusal('bad-request', 'The identifier has control characters; no identifier has.')
  return `"${identifier.replace(/[\\"]/g, String.raw`\$&`)}"`
}

function run(
  program: string,
  args: readonly string[],
  input: string,
  options: Z3950Options,
): Promise<string> {
  const { called, timeout, answerBytes } = options
  return new Promise((resolve, reject) => {
    const limits = { timeout: timeout * 1000, killSignal: 'SIGKILL', maxBuffer: 2 * answerBytes } as const
    const child = execFile(program, args, limits, (error, out) => {
      if (error === null) resolve(out)
      else if (error.code === 'ENOENT')
        reject(
          new Refusal(
            'not-processable',
            `${called} speaks Z39.50, and ${program} is not there: apt-get install yaz, or [catalogue] yazClient.`,
          ),
        )
      else if (String(error.code) === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
        reject(new Refusal('too-large', `${called} answered with more than ${answerBytes} bytes.`))
      else
        reject(
          new Refusal('unavailable', `${called} does not answer: nothing within ${timeout} s.`, {}, error),
        )
    })
    // a program that is not there takes nothing
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
  })
}

/** What the catalogue says is wrong: number, sentence and detail of its first diagnostic. */
const diagnosticOf = (text: string): string | undefined =>
  /Diagnostic message\(s\) from database:\s+(\[\d+\] [^\n]*)/
    .exec(text)?.[1]
    ?.replace(/ -- v2 addinfo /, ': ')

/**
 * Asks for an identifier.
 * @throws Refusal bad-request, unavailable where nobody answers, not-processable where the catalogue refuses or no yaz-client is there, too-large
 */
export async function askZ3950(
  { host, port, database, syntax, query }: Z3950Catalogue,
  identifier: string,
  options: Z3950Options,
): Promise<Asked> {
  const { called, program, privateNetworks, answerBytes } = options
  const find = query.replaceAll('{identifier}', () => quoted(identifier))
  const address = privateNetworks ? host : await publicAddress(host, '[catalogue] privateNetworks')
  const folder = await mkdtemp(join(tmpdir(), 'firefolio-z3950-'))
  try {
    const file = join(folder, 'records')
    const target = `${address.includes(':') ? `[${address}]` : address}:${port}/${database}`
    const commands = ['querytype prefix', `format ${syntax}`, `find ${find}`, 'show 1+1', 'quit', '']
    const out = await run(program, ['-m', file, target], commands.join('\n'), options)
    const [found = '', shown = ''] = out.split('Sent presentRequest', 2)
    const hits = /^Number of hits: (\d+)/m.exec(found)?.[1]
    const refused = diagnosticOf(found) ?? /^Prefix query error: .*/m.exec(found)?.[0]
    if (refused !== undefined)
      throw new Refusal('not-processable', `${called} refuses the query: ${refused}.`)
    if (hits === undefined) {
      const why = /^Connecting\.\.\.(?!OK)(?:error = )?(.*)$/m.exec(out)?.[1]
      throw new Refusal('unavailable', `${called} does not answer${why ? `: ${why}` : ''}.`)
    }
    if (hits === '0') return { hits: 0, record: undefined }
    const record = await readFile(file).catch(() => Buffer.alloc(0))
    if (record.length > answerBytes)
      throw new Refusal('too-large', `${called} answered with more than ${answerBytes} bytes.`)
    if (record.length === 0)
      throw new Refusal(
        'not-processable',
        `${called} shows no record in the syntax ${syntax}${diagnosticOf(shown) ? `: ${diagnosticOf(shown)}` : ''}.`,
      )
    return { hits: Number(hits), record }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
