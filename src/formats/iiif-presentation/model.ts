// What a manifest or collection says, before it is written as version 3.0 or 2.1. Texts by language; ‘none’ where it is not known.
export type Texts = Readonly<Record<string, readonly string[]>>

export interface Entry {
  readonly label: Texts
  readonly value: Texts
}
/** Another form of the same thing, or a thing beside it. */
export interface Related {
  readonly id: string
  readonly type: string
  readonly format: string
  readonly label?: Texts | undefined
  readonly profile?: string | undefined
}
export interface Provider {
  readonly id: string
  readonly label: Texts
  readonly homepage: string | undefined
  readonly logo: string | undefined
}
export interface Thumbnail {
  readonly id: string
  readonly width: number | undefined
  readonly height: number | undefined
  readonly service3: string | undefined
  readonly service2: string | undefined
}
/** What manifests and collections have in common. */
export interface Resource {
  readonly id: string
  readonly label: Texts
  readonly metadata: readonly Entry[]
  readonly rights: string | undefined
  readonly requiredStatement: Entry | undefined
  readonly provider: Provider | undefined
  readonly homepage: { readonly id: string; readonly label: Texts; readonly language: string } | undefined
  readonly thumbnail: Thumbnail | undefined
  readonly seeAlso: readonly Related[]
  readonly rendering: readonly Related[]
  /** Collections that it belongs to */
  readonly partOf: readonly { readonly id: string; readonly label: Texts }[]
  readonly behavior: readonly string[]
  readonly navDate: string | undefined
}
export interface Canvas {
  readonly id: string
  readonly label: Texts
  readonly width: number
  readonly height: number
  /** Undefined where there is no image to paint */
  readonly image:
    | {
        /** Address of an image that is stored */
        readonly id: string
        readonly service3: string
        readonly service2: string
        readonly thumbnail: Thumbnail
        /** Services to log in by, where not everyone may see it */
        readonly auth: readonly object[] | undefined
      }
    | undefined
  /** Address of the page of text annotations */
  readonly annotations: string | undefined
  readonly seeAlso: readonly Related[]
  readonly rendering: readonly Related[]
}
/** Sound or moving images on a canvas of their own, which lasts as long as they do. */
export interface Recording {
  /** Address of the canvas */
  readonly canvas: string
  readonly label: Texts
  /** Address of the file */
  readonly id: string
  readonly type: 'Sound' | 'Video'
  readonly format: string
  /** Seconds */
  readonly duration: number
  /** Of moving images, where it is known */
  readonly size: { readonly width: number; readonly height: number } | undefined
}
/** A part of a canvas. */
export interface CanvasPart {
  readonly canvas: string
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
}
export const xywh = ({ box: { x, y, width, height } }: Pick<CanvasPart, 'box'>): string =>
  `xywh=${x},${y},${width},${height}`
export interface Range {
  readonly id: string
  readonly label: Texts
  /** Addresses of canvases, and ranges, in reading order */
  /** Addresses of canvases, parts of them, ranges */
  readonly items: readonly (string | CanvasPart | Range)[]
}
export interface Manifest extends Resource {
  readonly viewingDirection: 'left-to-right' | 'right-to-left'
  readonly canvases: readonly Canvas[]
  /** Behind the canvases; version 2.1 has no word for them */
  readonly recordings: readonly Recording[]
  readonly ranges: readonly Range[]
  /** Canvas to open at */
  readonly start: string | undefined
  /** Content Search 2, and where version 1 is for viewers that know no later one */
  readonly searchService:
    { readonly id: string; readonly autocomplete: string; readonly version1: string } | undefined
}
export interface Member {
  readonly id: string
  readonly kind: 'Manifest' | 'Collection'
  readonly label: Texts
  readonly navDate: string | undefined
  readonly thumbnail: Thumbnail | undefined
}
export interface Collection extends Resource {
  readonly members: readonly Member[]
}
/** A text on a canvas. */
export interface TextAnnotation {
  readonly id: string
  readonly text: string
  readonly language: string | undefined
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
}
