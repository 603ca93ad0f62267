// OAI-PMH 2.0: the repository as harvesters see it.
import type { Module } from '../../http/module.ts'
import { routes } from './routes.ts'

export const oai: Module = { name: 'oai', routes }
