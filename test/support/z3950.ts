// A real server of Z39.50, which comes with YAZ: it has one book, as often as the number that is searched for.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { freePort } from './free-port.ts'
import { until } from './until.ts'

const isThere = ['/usr/bin/yaz-ztest', '/usr/bin/yaz-client'].every(path => existsSync(path))
export const needsYaz = isThere ? {} : { skip: 'YAZ is not installed (apt-get install yaz)' }

/** @returns sections of a file of catalogues: `books` in it, `stacks` for a database that it has not, `away` where nobody listens */
export async function aZ3950Server(t: { teardown(work: () => void): void }): Promise<{ sections: string }> {
  const [port, away] = [await freePort(), await freePort()]
  const section = (name: string, at: number, database: string) =>
    `[${name}]\nurl = z39.50://127.0.0.1:${at}/${database}\nquery = @attr 1=12 {identifier}\n`
  if (isThere) {
    const child = spawn('/usr/bin/yaz-ztest', ['-l', '/dev/null', `tcp:127.0.0.1:${port}`], {
      stdio: 'ignore',
    })
    t.teardown(() => void child.kill('SIGKILL'))
    await until(
      () =>
        new Promise<boolean>(resolve => {
          const socket = connect(port, '127.0.0.1')
          socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
          socket.on('connect', () => socket.destroy())
        }),
      'yaz-ztest listens',
    )
  }
  return {
    sections:
      section('books', port, 'Default') +
      section('stacks', port, 'nowhere') +
      section('away', away, 'Default'),
  }
}
