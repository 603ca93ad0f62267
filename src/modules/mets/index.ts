// METS and the tree: the reader's mapping.
export { planOfMets } from './from-mets.ts'
export * from './plan.ts'
