// A digital object as IIIF presents it: its pages as canvases, its structure as ranges, its other forms beside it.
import { bcp47 } from '../../formats/languages/codes.ts'
import type {
  Canvas,
  Collection,
  Manifest,
  Member,
  Range,
  Recording,
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
  viewingDirection,
} from '../objects/index.ts'
import { both, metadataOf, navDateOf, plain, resourceType } from './metadata.ts'

type Version = 2 | 3

/** Canvases of pages without an image have the size of a sheet, so that viewers leave their place. */
const emptyCanvas = { width: 1000, height: 1400 }
const altoProfile = 'http://www.loc.gov/standards/alto/'

/** A manifest shows something: pages, or recordings, for which version 2.1 has no canvases. */
export const hasManifest = (object: DigitalObject, version: Version): boolean =>
  object.pages.length > 0 || (version === 3 && object.recordings.length > 0)

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
        auth: viewerServices(this.#services, this.#object.everyone, page.id, page.rights),
      },
      annotations: hasBoxes
        ? this.#addresses.inside(this.#version, this.#object.root.id, 'annotations', page.id)
        : undefined,
      seeAlso: alto,
      rendering: text,
    }
  }

  #recording(file: DigitalObject['recordings'][number]): Recording {
    const { titleId, id, media, width, height, duration } = file
    return {
      canvas: this.#addresses.inside(this.#version, this.#object.root.id, 'recording', id),
      label: plain(file.label ?? file.name),
      id: this.#addresses.file(titleId, id),
      type: media.startsWith('video/') ? 'Video' : 'Sound',
      format: media,
      duration,
      size: width === null || height === null ? undefined : { width, height },
    }
  }

  #range(part: ObjectPart): Range {
    return {
      id: this.#addresses.inside(this.#version, this.#object.root.id, 'range', part.id),
      label: plain(part.caption || part.type?.de || `[${part.id}]`),
      items: part.children
        .flatMap((child): Range['items'] => {
          if (isPart(child)) return [this.#range(child)]
          const canvas = this.canvasId(child)
          const regions = child.size ? part.regions.filter(({ pageId }) => pageId === child.id) : []
          return regions.length > 0 ? regions.map(({ box }) => ({ canvas, box })) : [canvas]
        })
        .filter(item => typeof item === 'string' || !('items' in item) || item.items.length > 0),
    }
  }

  /** Structure elements as ranges; one that has no page is none: a range holds at least one canvas (3.4). */
  #ranges(): Range[] {
    return this.#object.root.children
      .filter(isPart)
      .map(part => this.#range(part))
      .filter(range => range.items.length > 0)
  }

  /** Files that were delivered, before what is made of the pages. */
  #files(): Related[] {
    return this.#object.files
      .filter(({ titleId }) => titleId === this.#object.title.id)
      .map(file => ({
        id: this.#addresses.file(file.titleId, file.id),
        type: resourceType(file.media),
        format: file.media,
        label: plain(file.label ?? file.name),
      }))
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
      rendering: [
        ...this.#files(),
        ...(isMultiPart || pages.length === 0
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
            ]),
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
      viewingDirection: viewingDirection(this.#object),
      canvases: pages.map(page => this.#canvas(page)),
      recordings: this.#object.recordings.map(file => this.#recording(file)),
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
    const { root, members, played, title } = this.#object
    const own: Member[] = hasManifest(this.#object, this.#version)
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
      // a title without pages and recordings has no manifest
      members: [
        ...own,
        ...members
          .filter(
            facts =>
              facts.type?.behavior === 'multi-part' ||
              facts.pagesPresent > 0 ||
              (this.#version === 3 && played.has(facts.id)),
          )
          .map(facts => this.member(facts)),
      ],
    }
  }
}

export const manifestOf = (services: Services, object: DigitalObject, version: Version): Manifest =>
  new Presenter(services, object, version).manifest()
export const collectionOf = (services: Services, object: DigitalObject, version: Version): Collection =>
  new Presenter(services, object, version).collection()
