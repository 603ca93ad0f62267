import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** One run of a file of tests. */
export interface Wanted {
  readonly file: string
  /** The change that holds; undefined: none */
  readonly mutant?: string | undefined
  /** How often it may be passed by before it counts as endless */
  readonly hitLimit?: number | undefined
}

export interface Ran {
  readonly isGood: boolean
  /** How often each change was passed by */
  readonly hits: Readonly<Record<string, number>>
}

/** A process of the mutated tree; one that does not answer in time is ended, and the next run gets a new one. */
export class Mutated {
  readonly #home: string
  readonly #environment: NodeJS.ProcessEnv
  #child: ChildProcess | undefined
  #onLine: (line: string) => void = () => {}

  constructor(home: string, environment: NodeJS.ProcessEnv) {
    this.#home = home
    this.#environment = environment
  }

  #start(): ChildProcess {
    const child = spawn(process.execPath, [join(this.#home, 'dist/test/mutate/worker.js')], {
      cwd: this.#home,
      env: { ...process.env, ...this.#environment, TAP_TIMEOUT: '600' },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    child.stdin.on('error', () => {})
    createInterface({ input: child.stdout }).on('line', line => this.#onLine(line))
    child.on('close', () => {
      if (this.#child === child) this.#child = undefined
    })
    return child
  }

  /** @returns undefined where it ended, or took longer */
  async run(wanted: Wanted, limitMs: number): Promise<Ran | undefined> {
    const child = (this.#child ??= this.#start())
    let limit: NodeJS.Timeout | undefined
    const ran = await new Promise<Ran | undefined>(resolve => {
      this.#onLine = line => {
        if (line.startsWith('#ran ')) resolve(JSON.parse(line.slice(5)) as Ran)
      }
      child.once('close', () => resolve(undefined))
      limit = setTimeout(() => resolve(undefined), limitMs)
      child.stdin?.write(`${JSON.stringify(wanted)}\n`)
    })
    clearTimeout(limit)
    // what a changed program left behind may be the next one's failure
    if (!ran?.isGood) this.end()
    return ran
  }

  end(): void {
    this.#child?.kill('SIGKILL')
    this.#child = undefined
  }
}
