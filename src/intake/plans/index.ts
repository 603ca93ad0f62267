// What an import is going to do with one document, and the mapping of METS onto such a plan. Writes nothing.
export { ByName, difference, folded } from './alike.ts'
export { addressNames } from './divs.ts'
export { planOfMets } from './from-mets.ts'
export * from './plan.ts'
