// A digital object as IIIF presents it: its pages as canvases, its structure as ranges, its other forms beside it.
import { bcp47, viewingDirection } from '../../formats/languages/codes.ts'
import type {
  Canvas,
  Collection,
  Entry,
  Manifest,
  Member,
  Range,
  Related,
  Resource,
  Texts,
  Thumbnail,
} from '../../formats/iiif-presentation/model.ts'
import type { Services } from '../../http/module.ts'
import { viewerServices } from '../../people/access/index.ts'
import {
  type Addresses,
  addressesOf,
  type DigitalObject,
  isPart,
  type ObjectPage,
  type ObjectPart,
  type TitleFacts,
} from '../objects/index.ts'
import { tableOf } from '../../codes.ts'

type Version = 2 | 3

/** Canvases of pages without an image have the size of a sheet, so that viewers leave their place. */
const emptyCanvas = { width: 1000, height: 1400 }
const altoProfile = 'http://www.loc.gov/standards/alto/'

const both = (de: string, en: string): Texts => ({ de: [de], en: [en] })
const plain = (...values: string[]): Texts => ({ none: values })

const schemes: Readonly<Record<string, string>> = tableOf({
  urn: 'URN', doi: 'DOI', handle: 'Handle', purl: 'PURL', vd16: 'VD16', vd17: 'VD17', vd18: 'VD18', zdb: 'ZDB', isbn: 'ISBN', issn: 'ISSN',
}) // prettier-ignore

export function metadataOf(facts: TitleFacts, domain: DigitalObject['domain']): Entry[] {
  const language = bcp47(facts.languages[0]) ?? 'none'
  const imprint = [facts.place, facts.publisher].filter(text => text !== undefined).join(' : ')
  const entries: [string, string, Texts | undefined][] = [
    ['Titel', 'Title', { [language]: [facts.title] }],
    ['Personen', 'Persons', facts.persons.length > 0 ? plain(...facts.persons) : undefined],
    ['Erschienen', 'Published', imprint === '' ? undefined : plain(imprint)],
    ['Datum', 'Date', facts.date === undefined ? undefined : plain(facts.date)],
    [
      'Sprache',
      'Language',
      facts.languages.length > 0 ? plain(...facts.languages.map(code => bcp47(code) ?? code)) : undefined,
    ],
    ['Signatur', 'Shelfmark', facts.signature === undefined ? undefined : plain(facts.signature)],
    ['Standort', 'Location', facts.location === undefined ? undefined : plain(facts.location)],
    ['Bestand', 'Collection', plain(domain.caption)],
  ]
  const identifiers = facts.identifiers
    .filter(({ scheme }) => scheme in schemes)
    .map(({ scheme, value }): [string, string, Texts] => [
      schemes[scheme] as string,
      schemes[scheme] as string,
      plain(value),
    ])
  return [...entries, ...identifiers]
    .filter((entry): entry is [string, string, Texts] => entry[2] !== undefined)
    .map(([de, en, value]) => ({ label: de === en ? plain(de) : both(de, en), value }))
}

const navDateOf = (facts: TitleFacts): string | undefined =>
  facts.issueDate === undefined ? undefined : `${facts.issueDate}T00:00:00Z`

class Presenter {
  readonly #services: Services
  readonly #object: DigitalObject
  readonly #addresses: Addresses
  readonly #version: Version

  constructor(services: Services, object: DigitalObject, version: Version) {
    this.#services = services
    this.#object = object
    this.#addresses = addressesOf(services)
    this.#version = version
  }

  #label(facts: TitleFacts): Texts {
    return { [bcp47(facts.languages[0]) ?? 'none']: [facts.title] }
  }

  /** Picture of a page at a stored width, with the services to ask for others. */
  #thumbnail(page: ObjectPage, width = 128): Thumbnail {
    const size = page.size
    return {
      id: this.#addresses.picture(page.id, width),
      width: size && width,
      height: size && Math.max(1, Math.round((size.height * width) / size.width)),
      service3: this.#addresses.image(3, page.id),
      service2: this.#addresses.image(2, page.id),
    }
  }

  canvasId(page: ObjectPage): string {
    return this.#addresses.inside(this.#version, this.#object.root.id, 'canvas', page.id)
  }

  #canvas(page: ObjectPage): Canvas {
    const hasBoxes = page.alto?.fits === true
    const alto: Related[] = page.alto
      ? [
          {
            id: this.#addresses.alto(page.id),
            type: 'Dataset',
            format: 'application/xml',
            profile: altoProfile,
            label: plain('ALTO'),
          },
        ]
      : []
    const text: Related[] =
      page.alto || page.hasCorrection
        ? [
            {
              id: this.#addresses.plain(page.id),
              type: 'Text',
              format: 'text/plain',
              label: both('Volltext', 'Plain text'),
            },
          ]
        : []
    return {
      id: this.canvasId(page),
      label: plain(page.label ?? `[${page.order}]`),
      ...(page.size ?? emptyCanvas),
      image: page.size && {
        id: `${this.#addresses.image(3, page.id)}/full/max/0/default.jpg`,
        service3: this.#addresses.image(3, page.id),
        service2: this.#addresses.image(2, page.id),
        thumbnail: this.#thumbnail(page),
        auth: page.rights.isOpen ? undefined : viewerServices(this.#services, this.#object.everyone, page.id),
      },
      annotations: hasBoxes
        ? this.#addresses.inside(this.#version, this.#object.root.id, 'annotations', page.id)
        : undefined,
      seeAlso: alto,
      rendering: text,
    }
  }

  #range(part: ObjectPart): Range {
    return {
      id: this.#addresses.inside(this.#version, this.#object.root.id, 'range', part.id),
      label: plain(part.caption || part.type?.de || `[${part.id}]`),
      items: part.children
        .map(child => (isPart(child) ? this.#range(child) : this.canvasId(child)))
        .filter(item => typeof item === 'string' || item.items.length > 0),
    }
  }

  /** Structure elements as ranges; one that has no page is none: a range holds at least one canvas (3.4). */
  #ranges(): Range[] {
    return this.#object.root.children
      .filter(isPart)
      .map(part => this.#range(part))
      .filter(range => range.items.length > 0)
  }

  resource(id: string): Resource {
    const { title, domain, above, root, isMultiPart, pages } = this.#object
    const licence = title.licence ?? domain.licence
    const owner = domain.owner || title.owner || domain.caption
    const standing =
      pages.find(page => page.id === title.titlepageId && page.rights.widest === undefined) ??
      pages.find(page => page.size !== undefined && page.rights.widest === undefined)
    const xml = (address: string, name: string, profile: string): Related => ({
      id: address,
      type: 'Dataset',
      format: 'application/xml',
      label: plain(name),
      profile,
    })
    const parent = above.at(-1)
    return {
      id,
      label: this.#label(title),
      metadata: metadataOf(title, domain),
      rights: licence?.uri,
      requiredStatement: { label: both('Bereitgestellt von', 'Provided by'), value: plain(owner) },
      provider: {
        id: domain.ownerSiteUrl || this.#addresses.page(root.id),
        label: plain(owner),
        homepage: domain.ownerSiteUrl || undefined,
        logo: domain.ownerLogo || undefined,
      },
      homepage: { id: this.#addresses.page(root.id), label: this.#label(title), language: 'de' },
      thumbnail: standing
        ? this.#thumbnail(standing)
        : {
            id: this.#addresses.standing(root.id, 128),
            width: undefined,
            height: undefined,
            service3: undefined,
            service2: undefined,
          },
      seeAlso: [
        xml(this.#addresses.mets(root.id), 'METS', 'http://www.loc.gov/METS/'),
        xml(this.#addresses.mods(root.id), 'MODS', 'http://www.loc.gov/mods/v3'),
      ],
      rendering:
        isMultiPart || pages.length === 0
          ? []
          : [
              {
                id: this.#addresses.pdf(root.id),
                type: 'Text',
                format: 'application/pdf',
                label: plain('PDF'),
              },
              ...(title.hasText
                ? [
                    {
                      id: this.#addresses.plain(root.id),
                      type: 'Text',
                      format: 'text/plain',
                      label: both('Volltext', 'Plain text'),
                    },
                  ]
                : []),
            ],
      partOf: [
        ...(parent
          ? [{ id: this.#addresses.collection(this.#version, parent.id), label: this.#label(parent) }]
          : []),
        { id: this.#addresses.collection(this.#version, domain.name), label: plain(domain.caption) },
      ],
      behavior: title.type && title.type.behavior !== 'none' ? [title.type.behavior] : [],
      navDate: navDateOf(title),
    }
  }

  manifest(): Manifest {
    const { root, title, pages, isMultiPart } = this.#object
    const start = pages.find(page => page.id === title.titlepageId)
    const resource = this.resource(this.#addresses.manifest(this.#version, root.id))
    return {
      ...resource,
      // the sheets that a multi-part work has of its own are no book
      behavior: isMultiPart ? [] : resource.behavior,
      viewingDirection: viewingDirection(title.languages[0]),
      canvases: pages.map(page => this.#canvas(page)),
      ranges: this.#ranges(),
      start: start && this.canvasId(start),
      searchService: title.hasText
        ? {
            id: this.#addresses.contentSearch(root.id),
            autocomplete: `${this.#addresses.contentSearch(root.id)}/autocomplete`,
            version1: this.#addresses.contentSearch1(this.#version, root.id),
          }
        : undefined,
    }
  }

  member(facts: TitleFacts): Member {
    const isCollection = facts.type?.behavior === 'multi-part'
    return {
      id: isCollection
        ? this.#addresses.collection(this.#version, facts.id)
        : this.#addresses.manifest(this.#version, facts.id),
      kind: isCollection ? 'Collection' : 'Manifest',
      label: { none: [facts.caption] },
      navDate: navDateOf(facts),
      thumbnail:
        facts.titlepageId === undefined
          ? undefined
          : {
              id: this.#addresses.picture(facts.titlepageId, 128),
              width: undefined,
              height: undefined,
              service3: this.#addresses.image(3, facts.titlepageId),
              service2: this.#addresses.image(2, facts.titlepageId),
            },
    }
  }

  collection(): Collection {
    const { root, members, pages, title } = this.#object
    const own: Member[] =
      pages.length > 0
        ? [
            {
              id: this.#addresses.manifest(this.#version, root.id),
              kind: 'Manifest',
              label: this.#label(title),
              navDate: undefined,
              thumbnail: undefined,
            },
          ]
        : []
    return {
      ...this.resource(this.#addresses.collection(this.#version, root.id)),
      // a title without pages has no manifest
      members: [
        ...own,
        ...members
          .filter(facts => facts.type?.behavior === 'multi-part' || facts.pagesPresent > 0)
          .map(facts => this.member(facts)),
      ],
    }
  }
}

export const manifestOf = (services: Services, object: DigitalObject, version: Version): Manifest =>
  new Presenter(services, object, version).manifest()
export const collectionOf = (services: Services, object: DigitalObject, version: Version): Collection =>
  new Presenter(services, object, version).collection()
