// What people get wrong when they start the service or call the command line, as one sentence: what, where, what to do. A stack trace is for
// faults of ours alone.
import { tableOf } from './codes.ts'
import { userInfo } from 'node:os'
import { Refusal } from './errors.ts'
import { FirebirdFault, toRefusal } from './firebird/faults.ts'

interface SystemError extends Error {
  readonly code?: string
  readonly syscall?: string
  readonly path?: string
  readonly dest?: string
  readonly address?: string
  readonly hostname?: string
  readonly port?: number
}

const who = (): string => {
  try {
    return `the user ‘${userInfo().username}’`
  } catch {
    return 'this user'
  }
}

/** Addresses that cannot be listened on. */
const listening: Readonly<Record<string, (error: SystemError) => string>> = tableOf({
  EADDRINUSE: ({ address, port }) =>
    `Port ${port} of ${address} is taken by another program; choose another with [server.http] port or [server] portBase (FIREFOLIO_SERVER_HTTP_PORT).`,
  EADDRNOTAVAIL: ({ address }) =>
    `This machine has no address ${address}; see [server] bindHosts (FIREFOLIO_SERVER_BINDHOSTS).`,
  EACCES: ({ port }) =>
    `${who()} may not listen on port ${port}; take one above 1023 and let a web server in front pass requests on (docs/handbook/web-server.md).`,
  ENOTFOUND: ({ hostname }) =>
    `The name ‘${hostname}’ belongs to no address; see [server] bindHosts (FIREFOLIO_SERVER_BINDHOSTS).`,
})

/** Files and folders that cannot be used. */
const storing: Readonly<Record<string, (path: string) => string>> = tableOf({
  EACCES: path =>
    `${who()} may not write or read ${path}; give it to that user (chown), or name another folder under [path].`,
  EPERM: path => `The system does not allow ${who()} to change ${path}; see [path].`,
  EROFS: path =>
    `${path} lies on a file system that is mounted for reading alone; name another folder under [path].`,
  ENOSPC: path => `There is no space left for ${path}; make room, or name another folder under [path].`,
  EDQUOT: path =>
    `The quota of ${who()} is used up for ${path}; raise it, or name another folder under [path].`,
  EIO: path => `The disk of ${path} reports an error; look at it, or name another folder under [path].`,
  ENOTDIR: path => `A part of ${path} is a file and no folder; see [path].`,
  EISDIR: path => `${path} is a folder, and a file is needed.`,
  ENOENT: path => `${path} does not exist and cannot be made there; see [path].`,
  EEXIST: path => `${path} exists and is not what is needed there; see [path].`,
  ENAMETOOLONG: path => `The path ${path} is too long for the file system; see [path].`,
  ELOOP: path => `${path} is a circle of symbolic links; see [path].`,
})

/** What stopped the program, for the person who started it; with a stack where it is a fault of ours. */
export function sentenceOf(error: unknown): string {
  if (error instanceof Refusal) return error.message
  if (!(error instanceof Error)) return String(error)
  // a database that is away, busy or full for a while is no fault of ours
  if (error instanceof FirebirdFault && toRefusal(error)?.details.retryAfter !== undefined)
    return error.message
  const { code = '', syscall, path, dest } = error as SystemError
  const file = dest ?? path
  const sentence =
    syscall === 'listen' || syscall === 'getaddrinfo'
      ? listening[code]?.(error)
      : file === undefined
        ? undefined
        : storing[code]?.(file)
  return sentence ? capital(sentence) : (error.stack ?? error.message)
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
