// Programs that tests compare with or drive: a browser, decoders, readers of TIFF and XML, harvesters. As root they are installed from Debian's packages;
// elsewhere the tests that need a missing one are skipped, saying so.
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { has, isRoot, root, run, say } from './run.mjs'

const packages = {
  // Chromium without windows: half of the CPU of the whole browser, which draws its own surroundings even where nobody sees them
  'chromium-headless-shell': '/usr/bin/chromium-headless-shell',
  'libjpeg-turbo-progs': '/usr/bin/jpegtran',
  'libopenjp2-tools': '/usr/bin/opj_compress',
  'libxml2-utils': '/usr/bin/xmllint',
  'libtiff-tools': '/usr/bin/tiffinfo',
  'libcatmandu-oai-perl': '/usr/share/perl5/Catmandu/Importer/OAI.pm',
  'libcatmandu-sru-perl': '/usr/share/perl5/Catmandu/Importer/SRU.pm',
  'poppler-utils': '/usr/bin/pdftoppm',
  'tesseract-ocr': '/usr/bin/tesseract',
  yaz: '/usr/bin/zoomsh',
  // an object store of Ceph, which runs in memory: less than a second of CPU
  'ceph-mon': '/usr/bin/ceph-mon',
  'ceph-osd': '/usr/bin/ceph-osd',
  radosgw: '/usr/bin/radosgw',
}

/** Unpacked beside the project, as installing its package would start a web server on port 80. */
function ensureNginx() {
  const folder = join(root, 'node_modules/.cache/tools')
  if (existsSync('/usr/sbin/nginx') || existsSync(join(folder, 'usr/sbin/nginx')) || !has('apt-get')) return
  mkdirSync(folder, { recursive: true })
  const quietly = { cwd: folder, stdio: 'ignore' }
  if (run('apt-get', ['download', 'nginx'], quietly))
    for (const name of readdirSync(folder).filter(name => /^nginx_.*\.deb$/.test(name))) {
      run('dpkg-deb', ['-x', name, '.'], quietly)
      rmSync(join(folder, name))
    }
}

export function ensureTestTools() {
  ensureNginx()

  const missing = Object.keys(packages).filter(name => !existsSync(packages[name]))
  if (missing.length === 0) return
  if (!isRoot || !has('apt-get'))
    return say(
      `tests that need ${missing.join(', ')} are skipped; to run them: apt-get install ${missing.join(' ')}`,
    )
  say(`installing ${missing.join(', ')} for the tests …`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const quietly = { env, stdio: ['ignore', 'ignore', 'inherit'] }
  const ok =
    run('apt-get', ['-qq', 'update'], { env }) &&
    run(
      'apt-get',
      ['-qq', '-y', '-o', 'Dpkg::Use-Pty=0', 'install', '--no-install-recommends', ...missing],
      quietly,
    )
  if (!ok)
    say(
      `they could not be installed; the tests that need them are skipped: apt-get install ${missing.join(' ')}`,
    )
}
