// PREMIS 3.0: what is kept, what has happened to it, and who did that. Written in parts, because a newspaper has a great many objects.
// @see https://www.loc.gov/standards/premis/v3/
import { escapeXml } from '../xml/read.ts'

export interface PremisFile {
  readonly id: string
  /** Path within the package; undefined where another package holds it */
  readonly path: string
  readonly sha256: string
  readonly bytes: number | undefined
  readonly format: string
  readonly originalName: string | undefined
}

export interface PremisEvent {
  readonly id: string
  readonly type: string
  readonly at: Date
  readonly detail: string | undefined
  readonly outcome: string | undefined
  /** Ids of agents */
  readonly agents: readonly string[]
  /** Ids of objects */
  readonly objects: readonly string[]
}

export interface PremisAgent {
  readonly id: string
  readonly name: string
  readonly type: 'person' | 'software'
}

const element = (name: string, content: string): string => `<${name}>${content}</${name}>`
const value = (name: string, text: string | number): string => element(name, escapeXml(String(text)))
const identifier = (name: string, id: string): string =>
  element(`${name}Identifier`, value(`${name}IdentifierType`, 'local') + value(`${name}IdentifierValue`, id))

export const premisStart =
  '<?xml version="1.0" encoding="UTF-8"?>\n<premis xmlns="http://www.loc.gov/premis/v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.loc.gov/premis/v3 https://www.loc.gov/standards/premis/v3/premis-v3-0.xsd" version="3.0">\n'
export const premisEnd = '</premis>\n'

export const premisFile = (file: PremisFile): string =>
  `<object xsi:type="file">${identifier('object', file.id)}${element(
    'objectCharacteristics',
    element('fixity', value('messageDigestAlgorithm', 'SHA-256') + value('messageDigest', file.sha256)) +
      (file.bytes === undefined ? '' : value('size', file.bytes)) +
      element('format', element('formatDesignation', value('formatName', file.format))),
  )}${file.originalName === undefined ? '' : value('originalName', file.originalName)}${element(
    'storage',
    element(
      'contentLocation',
      value('contentLocationType', 'relative path') + value('contentLocationValue', file.path),
    ),
  )}</object>\n`

/** The title as a whole. @param parts ids of its files */
export const premisRepresentation = (id: string, name: string, parts: readonly string[]): string =>
  `<object xsi:type="representation">${identifier('object', id)}${value('originalName', name)}${
    parts.length === 0
      ? ''
      : element(
          'relationship',
          value('relationshipType', 'structural') +
            value('relationshipSubType', 'has part') +
            parts.map(part => identifier('relatedObject', part)).join(''),
        )
  }</object>\n`

export const premisEvent = (event: PremisEvent): string =>
  `<event>${identifier('event', event.id)}${value('eventType', event.type)}${value('eventDateTime', event.at.toISOString())}${
    event.detail === undefined ? '' : element('eventDetailInformation', value('eventDetail', event.detail))
  }${event.outcome === undefined ? '' : element('eventOutcomeInformation', value('eventOutcome', event.outcome))}${event.agents
    .map(id => identifier('linkingAgent', id))
    .join('')}${event.objects.map(id => identifier('linkingObject', id)).join('')}</event>\n`

export const premisAgent = (agent: PremisAgent): string =>
  `<agent>${identifier('agent', agent.id)}${value('agentName', agent.name)}${value('agentType', agent.type)}</agent>\n`
