import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type PrivateServer, usePrivateServer } from '../../src/firebird/server/private-server.ts'
import { withTemplate } from './database.ts'

/** Work on a private Firebird server with the template database, outside of `npm test`: what is started and closed in it finds the server as in a test. */
export async function withTestServer<Result>(
  work: (server: PrivateServer) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'firefolio-server-'))
  const server = await usePrivateServer(folder)
  try {
    process.env['FIREFOLIO_TEST_SERVER'] = JSON.stringify(await withTemplate(server))
    return await work(server)
  } finally {
    await server.release()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What `start` and a browser close with, outside of a test. */
export async function withTeardown<Result>(
  work: (t: { teardown(end: () => Promise<void> | void): void }) => Promise<Result>,
): Promise<Result> {
  const ends: (() => Promise<void> | void)[] = []
  try {
    return await work({ teardown: end => void ends.push(end) })
  } finally {
    for (const end of ends.reverse()) await end()
  }
}
