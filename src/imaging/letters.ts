// Letters as outlines, from a font that comes with the program: nothing depends on the fonts of a machine.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type * as opentype from 'opentype.js'

const require = createRequire(import.meta.url)

type Style = '400-normal' | '700-normal' | '400-italic'
const loaded = new Map<Style, opentype.Font>()

/** Read when letters are first drawn: most processes draw none. */
function load(style: Style): opentype.Font {
  const known = loaded.get(style)
  if (known) return known
  const { parse } = require('opentype.js') as typeof opentype
  const bytes = readFileSync(require.resolve(`@fontsource/eb-garamond/files/eb-garamond-latin-${style}.woff`))
  const font = parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
  loaded.set(style, font)
  return font
}
export const fonts = {
  get plain() {
    return load('400-normal')
  },
  get bold() {
    return load('700-normal')
  },
  get italic() {
    return load('400-italic')
  },
}

export const tenth = (value: number): number => Math.round(value * 10) / 10

/** SVG path data with one decimal; opentype.js's own writer took most of the time of a page. */
export function pathData(path: opentype.Path): string {
  let data = ''
  for (const command of path.commands) {
    data += command.type
    if (command.type === 'Q') data += `${tenth(command.x1)} ${tenth(command.y1)} `
    if (command.type === 'C')
      data += `${tenth(command.x1)} ${tenth(command.y1)} ${tenth(command.x2)} ${tenth(command.y2)} `
    if (command.type !== 'Z') data += `${tenth(command.x)} ${tenth(command.y)}`
  }
  return data
}

/** One line of text as SVG, as wide as asked for: dark letters with a light rim, readable on any page. */
export function lineAsSvg(text: string, width: number, opacity: number): string {
  const size = 100
  const advance = Math.max(1, fonts.bold.getAdvanceWidth(text, size))
  const height = Math.ceil((width / advance) * size * 1.2)
  const data = pathData(fonts.bold.getPath(text, 0, size * 0.9, size))
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${advance} ${size * 1.2}"><path d="${data}" fill="#000" stroke="#fff" stroke-width="2" paint-order="stroke" opacity="${opacity}"/></svg>`
}
