import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Where the installation lies: the folder with package.json, sql/ and config/. This file runs as dist/src/root.js. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

/** The program's version, from package.json. */
export const version = (JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { version: string })
  .version
