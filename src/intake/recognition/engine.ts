// The program that reads a page, as [ocr] command describes it: started without a shell, in a folder of its own, with one thread.
import { execFile } from 'node:child_process'
import { access, constants, mkdtemp, readFile, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { Refusal } from '../../errors.ts'
import { discardFolder } from '../../imaging/own-files.ts'
import { sharp } from '../../imaging/sharp.ts'

/** The program is not installed: no page can be read. */
export class NoProgram extends Refusal {}

export interface Engine {
  readonly command: string
  /** Seconds for a page */
  readonly timeout: number
  /** Most that it may write, in bytes */
  readonly maxBytes: number
}

const notInstalled = (program: string): string =>
  `${program} is not installed; install it (apt-get install tesseract-ocr, with the languages that are needed), or name another program in [ocr] command.`

/** Why this process can read no page: its program is not there. */
export async function obstacleOf(command: string): Promise<string | null> {
  const [program = ''] = command.trim().split(/\s+/)
  const places = program.includes('/')
    ? [program]
    : (process.env['PATH'] ?? '').split(delimiter).map(folder => join(folder, program))
  for (const place of places)
    if (await access(place, constants.X_OK).then(() => true, () => false)) return null // prettier-ignore
  return notInstalled(program)
}

/** Pixels per inch where a scan does not say them: what programs that read are trained on. */
const usualDensity = 300

/**
 * Reads the image of a page.
 * @param image TIFF or another file that sharp reads; of several images the first
 * @returns ALTO as the program wrote it, with the boxes of this image
 * @throws NoProgram
 * @throws Refusal not-processable where it fails, takes too long, or writes too much
 */
export async function readPage(
  { command, timeout, maxBytes }: Engine,
  image: string,
  languages: string,
  density: number | null,
): Promise<{ readonly alto: Buffer; readonly width: number; readonly height: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'firefolio-ocr-'))
  try {
    const input = join(folder, 'page.png')
    const { width, height } = await sharp(image, { limitInputPixels: false })
      .greyscale()
      .withMetadata({ density: density && density >= 70 ? density : usualDensity })
      .png({ compressionLevel: 1 })
      .toFile(input)
    const output = join(folder, 'text')
    const [program = '', ...args] = command
      .split(/\s+/)
      .filter(part => part !== '')
      .map(part =>
        part.replaceAll('{image}', input).replaceAll('{output}', output).replaceAll('{languages}', languages),
      )
    await run(program, args, folder, timeout)
    const written = `${output}.xml`
    const { size } = await stat(written).catch((error: unknown) => {
      throw new Refusal('not-processable', `${program} has written no ${output}.xml.`, {}, error)
    })
    if (size > maxBytes)
      throw new Refusal(
        'not-processable',
        `${program} has written ${size} bytes, more than [limits] metadataBytes (${maxBytes}).`,
      )
    return { alto: await readFile(written), width, height }
  } finally {
    await discardFolder(folder)
  }
}

function run(program: string, args: readonly string[], folder: string, timeout: number): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(
      program,
      args,
      {
        cwd: folder,
        timeout: timeout * 1000,
        killSignal: 'SIGKILL',
        maxBuffer: 1_000_000,
        // several pages at a time use the cores better than several threads of one
        env: { ...process.env, OMP_THREAD_LIMIT: '1' },
      },
      (error, _stdout, stderr) => {
        if (!error) return resolve()
        if ((error as NodeJS.ErrnoException).code === 'ENOENT')
          return reject(new NoProgram('not-processable', notInstalled(program), {}, error))
        const said = stderr
          .split('\n')
          .map(line => line.trim())
          .find(line => line !== '' && !line.startsWith('Estimating') && !line.startsWith('Warning'))
        const reason = error.killed
          ? `took longer than ${timeout} s ([ocr] timeout)`
          : (said ?? error.message)
        reject(new Refusal('not-processable', `${program}: ${reason}`.slice(0, 500), {}, error))
      },
    )
  })
}
