// The record of a title in each metadata format that harvesters, catalogues and permalinks hand out.
export * from './formats.ts'
