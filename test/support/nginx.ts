// A real nginx before a service: where it is installed, or where the tests have unpacked it (scripts/test-tools.mjs).
import { execFile, spawn, spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from '../../src/root.ts'
import { until } from './until.ts'

const program = ['/usr/sbin/nginx', join(root, 'node_modules/.cache/tools/usr/sbin/nginx')].find(path =>
  existsSync(path),
)
export const needsNginx = program ? {} : { skip: 'nginx is not installed (apt-get install nginx)' }

const freePort = async (): Promise<number> => {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise(resolve => server.close(resolve))
  return port
}

/** The servers of the handbook with a certificate, a folder and ports of their own, in front of a service. @returns path of the file */
async function configured(folder: string, servers: string, service: number) {
  const subject = [
    '-subj',
    '/CN=x',
    '-keyout',
    join(folder, 'privkey.pem'),
    '-out',
    join(folder, 'fullchain.pem'),
  ]
  await promisify(execFile)('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '1',
    ...subject,
  ])
  const [https, http] = [await freePort(), await freePort()]
  const site = servers
    .replaceAll(/\/etc\/letsencrypt\/live\/[\w.]+/g, folder)
    .replaceAll('listen 443', `listen 127.0.0.1:${https}`)
    .replaceAll('listen 80', `listen 127.0.0.1:${http}`)
    .replaceAll('127.0.0.1:8080', `127.0.0.1:${service}`)
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map(name => `${name}_temp_path ${folder}/${name};`)
    .join(' ')
  const file = join(folder, 'nginx.conf')
  writeFileSync(
    file,
    `pid ${folder}/pid; daemon off; events {} http { access_log off; ${temporary} ${site} }`,
  )
  return { file, https, http }
}

/** What nginx says of servers. */
export async function check(
  folder: string,
  servers: string,
): Promise<{ status: number | null; said: string }> {
  const { file } = await configured(folder, servers, 9)
  const { status, stderr } = spawnSync(
    program as string,
    ['-t', '-c', file, '-e', join(folder, 'error.log')],
    {
      encoding: 'utf8',
    },
  )
  return { status, said: stderr }
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** Starts nginx with servers before the service on a port. @returns asks it over TLS, as a host */
export async function before(
  t: { teardown(work: () => unknown): void },
  folder: string,
  servers: string,
  service: number,
) {
  const { file, https, http } = await configured(folder, servers, service)
  const nginx = spawn(program as string, ['-c', file, '-e', join(folder, 'error.log')], { stdio: 'ignore' })
  t.teardown(
    () =>
      new Promise(resolve => {
        nginx.once('exit', resolve)
        nginx.kill('SIGQUIT')
      }),
  )
  await until(
    () =>
      new Promise<boolean>(resolve => {
        const socket = connect(https, '127.0.0.1', () => {
          socket.destroy()
          resolve(true)
        }).once('error', () => resolve(false))
      }),
    'nginx to listen',
  )
  const ask = (
    method: string,
    url: string,
    headers: Record<string, string> = {},
    body?: Buffer | string,
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const asked = request(
        { host: '127.0.0.1', port: https, method, path: url, headers, rejectUnauthorized: false },
        answer => {
          const parts: Buffer[] = []
          answer.on('data', (part: Buffer) => parts.push(part))
          answer.on('end', () =>
            resolve({
              status: answer.statusCode ?? 0,
              headers: answer.headers,
              body: Buffer.concat(parts).toString(),
            }),
          )
        },
      )
      asked.once('error', reject)
      asked.end(body)
    })
  return { ask, http }
}
