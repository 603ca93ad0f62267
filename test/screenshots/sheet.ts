// The contact sheet: all pictures of all pages on one page, without scripts.
import { escapeXml } from '../../src/formats/xml/read.ts'
import type { Picture, Taken } from './camera.ts'

const style = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
body { margin: 0 auto; max-width: 1800px; padding: 24px }
nav { columns: 14rem; margin-bottom: 32px }
nav a { display: block }
section { margin-bottom: 56px }
h2 { margin: 0 0 4px; font-size: 20px }
code { opacity: .7 }
.row { display: flex; flex-wrap: wrap; gap: 16px; align-items: start; margin-top: 12px }
figure { margin: 0 }
figcaption { font-size: 12px; opacity: .7 }
img { display: block; border: 1px solid #8886; object-fit: cover; object-position: top }
li { color: light-dark(#a3231b, #ee8a80) }`

const shown = ({ file, width, theme, language }: Picture): string => {
  const [w, h] = width < 720 ? [150, 325] : width < 1300 ? [290, 217] : [380, 214]
  return `<figure><a href="${file}"><img src="${file}" width="${w}" height="${h}" loading="lazy" alt="${width} px, ${theme}, ${language}"></a><figcaption>${width} px · ${theme} · ${language}</figcaption></figure>`
}

const slug = (name: string): string => name.replace(/[^\da-z]+/gi, '-')

export function sheet(taken: readonly Taken[], said: string): string {
  const sections = taken.map(({ shot, pictures, findings }) => {
    const rows = ['light', 'dark'].map(
      theme =>
        `<div class="row">${pictures
          .filter(each => each.theme === theme)
          .map(shown)
          .join('')}</div>`,
    )
    return `<section id="${slug(shot.name)}"><h2>${escapeXml(shot.name)}</h2><code>${escapeXml(shot.path)}</code><ul>${findings.map(each => `<li>${escapeXml(each)}</li>`).join('')}</ul>${rows.join('')}</section>`
  })
  const links = taken.map(
    ({ shot, findings }) =>
      `<a href="#${slug(shot.name)}">${escapeXml(shot.name)}${findings.length > 0 ? ` (${findings.length})` : ''}</a>`,
  )
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Screenshots</title><style>${style}</style><h1>Screenshots</h1><p>${escapeXml(said)}</p><nav>${links.join('')}</nav>${sections.join('')}</html>`
}
