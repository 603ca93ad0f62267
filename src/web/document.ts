import { randomBytes } from 'node:crypto'
import { escapeXml } from '../formats/xml/read.ts'
import { type Policy, pagePolicy } from '../http/headers.ts'
import type { Assets, Installation, RenderedPage, Theme } from './bundle.ts'

export interface WholePage {
  readonly html: string
  readonly policy: string
}

/** Accent and letters; both were checked when they were read. The family is called as its address, so that two of them never mix. */
const styleOf = (prefix: string, accent: string, typeface: string): string => {
  const family = JSON.stringify(typeface)
  const letters = `@font-face{font-family:${family};src:url(${JSON.stringify(prefix + typeface)});font-display:swap}`
  return `${typeface === '' ? '' : letters}:root{--accent-light:${accent}${typeface === '' ? '' : `;--house:${family}`}}`
}

/** The whole document around a rendered page. Nothing runs inline; the one inline style, accent and letters of the installation or the domain, has a nonce, and so have those that react-aria adds, which reads it from the head. */
export function documentOf(
  page: RenderedPage,
  assets: Assets,
  facts: {
    readonly language: string
    readonly theme: Theme
    readonly installation: Installation
    readonly more?: Policy
  },
): WholePage {
  const { prefix } = facts.installation
  const { accent, typeface } = page.face
  const nonce = randomBytes(16).toString('base64')
  const file = (name: string) => escapeXml(`${prefix}/assets/${name}`)
  const html = `<!doctype html>
<html lang="${facts.language}"${facts.theme === 'auto' ? '' : ` data-theme="${facts.theme}"`}>
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta property="csp-nonce" nonce="${nonce}"><meta name="color-scheme" content="light dark">
${assets.fonts.map(font => `<link rel="preload" as="font" type="font/woff2" crossorigin href="${file(font)}">`).join('')}
${assets.styles.map(style => `<link rel="stylesheet" href="${file(style)}">`).join('')}
<style data-openseadragon-mobile-css nonce="${nonce}">${styleOf(prefix, accent, typeface)}</style>
${assets.scripts.map(script => `<script type="module" src="${file(script)}"></script>`).join('')}${assets.preloads.map(each => `<link rel="modulepreload" href="${file(each)}">`).join('')}
<link rel="icon" href="${file('icon.svg')}" type="image/svg+xml">
${page.head}</head>
<body><div id="root">${page.body}</div>
<script type="application/json" id="state">${page.state.replaceAll('<', '\\u003c')}</script></body></html>
`
  return {
    html,
    policy: pagePolicy({
      'img-src': "'self' data: blob:",
      'media-src': "'self'",
      'style-src': `'self' 'nonce-${nonce}'`,
      'style-src-attr': "'unsafe-inline'",
      'worker-src': "'self' blob:",
      ...facts.more,
    }),
  }
}
