// Recognition of text (OCR): jobs that have pages read by a program, and keep what it writes as ALTO of their masters.
import type { Module } from '../../http/module.ts'
import { recogniseJob } from './jobs.ts'
import { routes } from './routes.ts'

export { Order, recogniseAll } from './jobs.ts'

export const recognition: Module = { name: 'recognition', routes, jobs: { 'texts.recognise': recogniseJob } }
