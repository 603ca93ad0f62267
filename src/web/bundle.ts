// The web application as `npm run build -w web` left it: the files that browsers load, and the renderer of complete pages.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { PageProblem } from '../http/pages.ts'
import { root } from '../root.ts'

/** How pages look and whom they name, in the reader's language. */
export interface Face {
  readonly name: string
  /** #rrggbb */
  readonly accent: string
  readonly logo: string
  /** Address of the letters of titles; empty: those of ours */
  readonly typeface: string
  readonly imprint: string
  readonly privacy: string
  readonly contact: string
  readonly footer: string
}

/** What the application is told of the installation; it is part of every page. */
export interface Installation extends Face {
  /** Sentence of the first page */
  readonly welcome: string
  /** Other sites may show pages of works in frames */
  readonly canEmbed: boolean
  /** What addresses of ours begin with */
  readonly prefix: string
  /** Absolute address of the service */
  readonly origin: string
  /** Ways to log in beside the password; addresses without the prefix */
  readonly ways: readonly { readonly label: string; readonly href: string }[]
}

export type Theme = 'light' | 'dark' | 'auto'

export interface RenderRequest {
  /** Path and query, without the prefix */
  readonly url: string
  readonly language: string
  readonly theme: Theme
  readonly installation: Installation
  readonly fetch: (request: Request) => Promise<Response>
  readonly problem: PageProblem | undefined
}
export interface RenderedPage {
  readonly status: number
  /** Inside of head: title, description, links, structured data */
  readonly head: string
  readonly body: string
  /** What the application continues with, as JSON */
  readonly state: string
  /** That of the domain, where it has one of its own */
  readonly face: Pick<Face, 'accent' | 'typeface'>
  /** Sources whose chunks the page needs, as the manifest names them */
  readonly modules: readonly string[]
}

interface ManifestEntry {
  readonly file: string
  readonly css?: readonly string[]
  readonly imports?: readonly string[]
  readonly assets?: readonly string[]
  readonly src?: string
  readonly isEntry?: boolean
}

export const clientFolder = join(root, 'web/dist/client')
const rendererFile = join(root, 'web/dist/server/entry-server.js')

export interface Assets {
  readonly scripts: readonly string[]
  readonly preloads: readonly string[]
  readonly styles: readonly string[]
  readonly fonts: readonly string[]
}

/** Files of the entry and of the modules named, each once, what is imported first. */
export function assetsOf(
  manifest: Readonly<Record<string, ManifestEntry>>,
  modules: readonly string[],
): Assets {
  const seen = new Set<string>()
  const preloads: string[] = []
  const styles = new Set<string>()
  const visit = (name: string): void => {
    const entry = manifest[name]
    if (!entry || seen.has(name)) return
    seen.add(name)
    for (const each of entry.imports ?? []) visit(each)
    for (const style of entry.css ?? []) styles.add(style)
    if (!entry.isEntry) preloads.push(entry.file)
  }
  const entry = Object.entries(manifest).find(([, each]) => each.isEntry)
  if (!entry) throw new Error('The manifest of the web application names no entry.')
  visit(entry[0])
  for (const name of modules) visit(name)
  return {
    scripts: [entry[1].file],
    preloads,
    styles: [...styles],
    // the letters that every page shows at once
    fonts: Object.values(manifest)
      .map(({ file }) => file)
      .filter(file =>
        /(?:eb-garamond-latin-500-normal|source-sans-3-latin-wght-normal)[^/]*\.woff2$/.test(file),
      ),
  }
}

export interface Bundle {
  readonly render: (request: RenderRequest) => Promise<RenderedPage>
  readonly assets: (modules: readonly string[]) => Assets
}

let loaded: Promise<Bundle> | undefined

/** @throws Error where the application was never built */
export function bundle(): Promise<Bundle> {
  loaded ??= (async () => {
    if (!existsSync(rendererFile)) throw new Error('The web application is not built: npm run build.')
    const manifest = JSON.parse(readFileSync(join(clientFolder, '.vite/manifest.json'), 'utf8')) as Record<
      string,
      ManifestEntry
    >
    const { render } = (await import(pathToFileURL(rendererFile).href)) as Pick<Bundle, 'render'>
    const known = new Map<string, Assets>()
    return {
      render,
      assets: modules => {
        const key = modules.join()
        const assets = known.get(key) ?? assetsOf(manifest, modules)
        known.set(key, assets)
        return assets
      },
    }
  })()
  return loaded
}
