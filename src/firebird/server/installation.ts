// Where Firebird's programs lie: Debian's packages, or a tree unpacked from them below ./var (scripts/firebird.mjs).
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Refusal } from '../../errors.ts'
import { root } from '../../root.ts'

export interface Installation {
  /** '' for the system's packages, else the folder of the unpacked tree. */
  readonly tree: string
  /** '3.0', '4.0' … as in the folder names. */
  readonly release: string
  readonly server: string
  readonly isql: string
  readonly gbak: string
  readonly gfix: string
  readonly securityScript: string
  readonly messages: string
  readonly intlLibrary: string
  readonly plugins: string
  /** Environment for its programs, without what names the instance. */
  readonly environment: Readonly<Record<string, string>>
}

const first = (folder: string, pattern: RegExp): string | undefined =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter(name => pattern.test(name))
        .sort()
        .at(-1)
    : undefined

function look(tree: string): Installation | undefined {
  const triplet = first(join(tree, '/usr/lib'), /-linux-gnu/)
  if (!triplet) return undefined
  const release = first(join(tree, '/usr/lib', triplet, 'firebird'), /^\d+\.\d+$/)
  if (!release) return undefined
  const libraries = join(tree, '/usr/lib', triplet)
  const messages = join(libraries, 'firebird', release)
  const installation: Installation = {
    tree,
    release,
    server: join(tree, '/usr/sbin/firebird'),
    isql: join(tree, '/usr/bin/isql-fb'),
    gbak: join(tree, '/usr/bin/gbak'),
    gfix: join(tree, '/usr/bin/gfix'),
    securityScript: join(tree, '/usr/share/firebird', release, 'security.sql'),
    messages,
    intlLibrary: join(messages, 'intl/libfbintl.so'),
    plugins: join(messages, 'plugins'),
    environment: tree ? { LD_LIBRARY_PATH: libraries } : {},
  }
  return existsSync(installation.server) && existsSync(installation.isql) ? installation : undefined
}

/** Folder below which scripts/firebird.mjs unpacks Firebird for an ordinary user. */
export const unpackedTree = join(root, 'var/firebird-programs')

/** @throws Refusal unavailable with the command that installs Firebird */
export function findInstallation(): Installation {
  const found = look('') ?? look(unpackedTree)
  if (!found)
    throw new Refusal(
      'unavailable',
      'Firebird is not installed. Run `npm start`, or as root: apt-get install firebird3.0-server',
    )
  return found
}

/** What one of its programs needs of the environment to work as a user: a password never stands on a command line. */
export function environmentAs(as: { readonly user: string; readonly password: string }): NodeJS.ProcessEnv {
  const { environment, messages } = findInstallation()
  return {
    ...process.env,
    ...environment,
    FIREBIRD_MSG: messages,
    ISC_USER: as.user,
    ISC_PASSWORD: as.password,
  }
}
