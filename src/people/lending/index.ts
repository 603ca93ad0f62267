// Lending: titles of which only so many copies are read at the same time.
import type { Module } from '../../http/module.ts'
import { placesBehind } from './doors.ts'
import { routes } from './routes.ts'

export { type Lent, lentAs, lentNow } from './copies.ts'
export { copyOf, requireCopy } from './require.ts'

export const lending: Module = { name: 'lending', routes, hooks: placesBehind }
