// Gets Firebird: the system's, else Debian's packages as root, else the same packages unpacked below ./var.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { has, isRoot, root, run, say, stop } from './run.mjs'

const tree = join(root, 'var/firebird-programs')
const releases = ['4.0', '3.0']

const isThere = prefix =>
  existsSync(join(prefix, '/usr/sbin/firebird')) && existsSync(join(prefix, '/usr/bin/isql-fb'))

/** firebird3.0-server on Debian 12, firebird4.0-server later: the newest that apt knows. */
function release(aptOptions) {
  return releases.find(candidate => {
    const { stdout } = spawnSync('apt-cache', [...aptOptions, 'policy', `firebird${candidate}-server`], {
      encoding: 'utf8',
    })
    return /Candidate: (?!\(none\))\S/.test(stdout ?? '')
  })
}

function install() {
  say('installing Firebird from Debian packages …')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  if (!run('apt-get', ['-qq', 'update'], { env })) return false
  const found = release([])
  if (!found) return false
  const ok = run(
    'apt-get',
    ['-qq', '-y', '-o', 'Dpkg::Use-Pty=0', 'install', '--no-install-recommends', `firebird${found}-server`],
    {
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
  return ok && isThere('/')
}

function unpack() {
  say('unpacking Firebird from Debian packages below ./var (no root needed) …')
  const work = join(root, 'var/firebird-download')
  rmSync(work, { recursive: true, force: true })
  for (const folder of ['lists/partial', 'cache/archives/partial', 'debs', 'tree'])
    mkdirSync(join(work, folder), { recursive: true })
  const options = [
    `Dir::State::lists=${work}/lists`,
    `Dir::Cache=${work}/cache`,
    'Dir::Cache::pkgcache=',
    'Dir::Cache::srcpkgcache=',
    'Acquire::Languages=none',
  ].flatMap(option => ['-o', option])
  if (!run('apt-get', ['-qq', ...options, 'update'])) return false
  const found = release(options)
  if (!found) return false
  const icu =
    spawnSync('apt-cache', [...options, 'depends', `firebird${found}-server-core`], { encoding: 'utf8' })
      .stdout ?? ''
  const libicu =
    /libicu\d+/.exec(icu)?.[0] ??
    /libicu\d+/.exec(
      spawnSync('apt-cache', [...options, 'pkgnames', 'libicu'], { encoding: 'utf8' }).stdout ?? '',
    )?.[0]
  const names = ['server', 'server-core', 'utils', 'common'].map(part => `firebird${found}-${part}`)
  const packages = [
    ...names,
    'libfbclient2',
    'libib-util',
    'libtommath1',
    'libedit2',
    'libbsd0',
    ...(libicu ? [libicu] : []),
  ]
  if (!run('apt-get', ['-qq', ...options, 'download', ...packages], { cwd: join(work, 'debs') })) return false
  for (const deb of readdirSync(join(work, 'debs')))
    if (!run('dpkg', ['-x', join(work, 'debs', deb), join(work, 'tree')])) return false
  rmSync(tree, { recursive: true, force: true })
  renameSync(join(work, 'tree'), tree)
  rmSync(work, { recursive: true, force: true })
  return isThere(tree)
}

export function ensureFirebird() {
  if (isThere('/') || isThere(tree)) return
  mkdirSync(join(root, 'var'), { recursive: true })
  if (!has('apt-get'))
    stop(
      'Firebird is not installed, and there is no apt-get to install it with.',
      'install Firebird 3.0 or newer with isql-fb',
    )
  const ok = isRoot ? install() : unpack()
  if (!ok)
    stop(
      'Firebird could not be installed.',
      'apt-get update && apt-get install firebird3.0-server   (as root)',
    )
}
