// The authority file: persons looked up by the words of a name, for whoever edits records.
import type { Module } from '../../http/module.ts'
import { routes } from './routes.ts'

export const authorities: Module = { name: 'authorities', routes }
