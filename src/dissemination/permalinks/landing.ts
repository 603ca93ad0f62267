// The page behind a permalink: what the title is, what it looks like, and every form in which it can be had. It stands without scripts.
import { schemaOrg } from '../../formats/citations/write.ts'
import type { Citation } from '../../formats/citations/write.ts'
import { escapeXml } from '../../formats/xml/read.ts'
import type { Services } from '../../http/module.ts'
import { metadataOf } from '../manifests/index.ts'
import { addressesOf, type DigitalObject, isPart, type ObjectPart } from '../objects/index.ts'
import type { Entry } from '../../formats/iiif-presentation/model.ts'

export const style = `body{font:17px/1.55 Georgia,serif;margin:0 auto;max-width:58rem;padding:1.5rem;color:#222;background:#fdfcf9}a{color:#0b4f8a}
h1{font-size:1.7rem;line-height:1.25}.cover{float:right;margin:0 0 1rem 1.5rem;max-width:38%}dt{font-weight:700;margin-top:.5rem}dd{margin:0}
nav ul{list-style:none;padding:0}nav.forms li{display:inline-block;margin-right:1.2rem}@media(prefers-color-scheme:dark){body{background:#191816;color:#e8e4da}a{color:#8fc1ee}}`

const texts = (entry: Entry): string => Object.values(entry.value).flat().map(escapeXml).join('<br>')
const german = (entry: Entry): string =>
  escapeXml((entry.label['de'] ?? entry.label['none'] ?? [''])[0] ?? '')

function outline(part: ObjectPart, link: (id: number) => string): string {
  const items = part.children.filter(isPart)
  return items.length === 0
    ? ''
    : `<ul>${items.map(item => `<li><a href="${link(item.id)}">${escapeXml(item.caption || item.type?.de || '')}</a>${outline(item, link)}</li>`).join('')}</ul>`
}

export function landingPage(services: Services, object: DigitalObject, citation: Citation): string {
  const addresses = addressesOf(services)
  const { root, title, above, members, domain, pages } = object
  const licence = title.licence ?? domain.licence
  const isBook = pages.length > 0
  const forms: [string, string][] = [
    ...(isBook ? [['PDF', addresses.pdf(root.id)] as [string, string]] : []),
    ...(object.isMultiPart || isBook
      ? [
          [
            'IIIF-Manifest',
            object.isMultiPart ? addresses.collection(3, title.id) : addresses.manifest(3, title.id),
          ] as [string, string],
        ]
      : []),
    ['METS', addresses.mets(title.id)],
    ['MODS', addresses.mods(title.id)],
    ['RIS', `${addresses.page(title.id)}?format=ris`],
    ['BibTeX', `${addresses.page(title.id)}?format=bibtex`],
    ...(title.hasText ? [['Volltext', addresses.plain(root.id)] as [string, string]] : []),
  ]
  const trail = [
    `<a href="${addresses.collection(3, domain.name)}">${escapeXml(domain.caption)}</a>`,
    ...above.map(each => `<a href="${addresses.page(each.id)}">${escapeXml(each.title)}</a>`),
  ]
  const isPartOnly = root.id !== title.id
  // what stands inside a script element may not end it
  const linked = JSON.stringify(schemaOrg(citation)).replaceAll('<', '\\u003c')
  return `<!doctype html>
<html lang="de"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeXml(title.title)}</title>
<link rel="canonical" href="${addresses.page(root.id)}"><link rel="alternate" type="application/ld+json" href="${addresses.manifest(3, title.id)}"><link rel="alternate" type="application/mets+xml" href="${addresses.mets(title.id)}">
<meta property="og:title" content="${escapeXml(title.title)}"><meta property="og:image" content="${addresses.standing(root.id, 600)}"><style>${style}</style>
<script type="application/ld+json">${linked}</script></head>
<body><nav aria-label="Ort">${trail.join(' › ')}</nav><main><img class="cover" src="${addresses.standing(root.id, 304)}" alt="">
<h1>${escapeXml(title.title)}</h1>${isPartOnly ? `<h2>${escapeXml(root.caption)}</h2>` : ''}
<dl>${metadataOf(title, domain)
    .slice(1)
    .map(entry => `<dt>${german(entry)}</dt><dd>${texts(entry)}</dd>`)
    .join(
      '',
    )}${licence ? `<dt>Lizenz</dt><dd><a rel="license" href="${licence.uri}">${escapeXml(licence.label)}</a></dd>` : ''}<dt>Permalink</dt><dd><a href="${addresses.page(root.id)}">${addresses.page(root.id)}</a></dd></dl>
<nav class="forms" aria-label="Formate"><ul>${forms.map(([name, address]) => `<li><a href="${escapeXml(address)}">${name}</a></li>`).join('')}</ul></nav>
${members.length > 0 ? `<nav aria-label="Bände und Hefte"><h2>Bände und Hefte</h2><ul>${members.map(member => `<li><a href="${addresses.page(member.id)}">${escapeXml(member.caption)}</a></li>`).join('')}</ul></nav>` : ''}
${root.children.some(isPart) ? `<nav aria-label="Inhalt"><h2>Inhalt</h2>${outline(root, id => addresses.page(id))}</nav>` : ''}
</main></body></html>
`
}
