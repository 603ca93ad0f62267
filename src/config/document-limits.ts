import type { Config } from './options.ts'

/** What [limits] allow of one XML document. @param name what faults call it */
export const documentLimits = ({ limits }: Pick<Config, 'limits'>, name: string) => ({
  name,
  maxDepth: limits.xmlDepth,
  maxAttributes: limits.xmlAttributes,
  maxElements: limits.xmlElements,
  maxRecordElements: limits.recordElements,
  maxIdentifiers: limits.identifiers,
  maxNames: limits.names,
})
