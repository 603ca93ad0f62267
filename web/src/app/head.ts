import type { HeadFacts, Installation } from './room.tsx'

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** The inside of head, as crawlers and reference managers read it. */
/** @param installation with the name that the domain gives it */
export function headHtml(facts: HeadFacts | undefined, installation: Pick<Installation, 'name'>): string {
  if (!facts) return `<title>${escape(installation.name)}</title>`
  const title = facts.title === installation.name ? facts.title : `${facts.title} · ${installation.name}`
  const lines = [`<title>${escape(title)}</title>`]
  const meta = (name: string, content: string, attribute = 'name') =>
    lines.push(`<meta ${attribute}="${name}" content="${escape(content)}">`)
  if (facts.description) meta('description', facts.description)
  if (facts.noIndex) meta('robots', 'noindex')
  if (facts.canonical) {
    lines.push(`<link rel="canonical" href="${escape(facts.canonical)}">`)
    for (const language of ['de', 'en'])
      lines.push(`<link rel="alternate" hreflang="${language}" href="${escape(`${facts.canonical}?lang=${language}`)}">`)
  }
  for (const [type, href] of facts.alternates ?? [])
    lines.push(`<link rel="alternate" type="${escape(type)}" href="${escape(href)}">`)
  meta('og:title', facts.title, 'property')
  meta('og:site_name', installation.name, 'property')
  if (facts.image) meta('og:image', facts.image, 'property')
  for (const [name, content] of facts.meta ?? []) meta(name, content)
  if (facts.structured)
    lines.push(
      `<script type="application/ld+json">${JSON.stringify(facts.structured).replaceAll('<', '\\u003c')}</script>`,
    )
  return lines.join('\n')
}
