// Online catalogues: records fetched by their identifiers.
import type { Module } from '../../http/module.ts'
import { routes } from './routes.ts'

export { getCatalogue, lookUp } from './look-up.ts'

export const catalogues: Module = { name: 'catalogues', routes }
