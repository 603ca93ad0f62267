/** Formats that records are harvested in. */
export const harvestedPrefixes = ['mods', 'mets', 'oai_dc', 'rawmods'] as const
export type HarvestedPrefix = (typeof harvestedPrefixes)[number]
