// Imports deliveries by the command line's way, each into a domain of its own.
import { join } from 'node:path'
import { importPath } from '../../src/cli/import.ts'
import type { Session } from '../../src/cli/session.ts'
import type { TestApp } from './start.ts'

/** @param home folder of the deliveries, by their names */
export const deliverer = (app: TestApp, home: string) =>
  async function run(name: string, flags: object = {}, path = join(home, name)) {
    let [out, err] = ['', '']
    const session: Session = {
      folder: home,
      isTerminal: false,
      columns: 100,
      out: text => (out += text),
      err: text => (err += text),
      withServices: work => work(app.services),
    }
    const domain = name.replace(/\W/g, '').toLowerCase()
    const code = await importPath(session, path, { domain, createDomain: true, json: true, ...flags }).catch(
      (error: Error) => error.message,
    )
    const lines = out
      .split('\n')
      .filter(line => line.startsWith('{'))
      .map(line => JSON.parse(line))
    return {
      code,
      out,
      err,
      /** All that was told, also of what belongs to no delivery */
      lines,
      items: lines.filter(line => line.source !== null),
      notTaken: lines
        .filter(line => line.source === null)
        .flatMap(line => line.messages.map((message: { place: string }) => message.place)),
    }
  }
