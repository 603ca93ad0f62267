// Programs that tests compare with or drive: a browser, decoders, readers of TIFF and XML, harvesters. As root they are installed from Debian's packages;
// elsewhere the tests that need a missing one are skipped, saying so.
import { existsSync } from 'node:fs'
import { has, isRoot, run, say } from './run.mjs'

const packages = {
  chromium: '/usr/bin/chromium',
  'libjpeg-turbo-progs': '/usr/bin/jpegtran',
  'libopenjp2-tools': '/usr/bin/opj_compress',
  'libxml2-utils': '/usr/bin/xmllint',
  'libtiff-tools': '/usr/bin/tiffinfo',
  'libcatmandu-oai-perl': '/usr/share/perl5/Catmandu/Importer/OAI.pm',
  'libcatmandu-sru-perl': '/usr/share/perl5/Catmandu/Importer/SRU.pm',
  'poppler-utils': '/usr/bin/pdftoppm',
  'tesseract-ocr': '/usr/bin/tesseract',
  yaz: '/usr/bin/zoomsh',
}

export function ensureTestTools() {
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
