// Accounts: people and organisations, and how they log in.
import type { Module } from '../../http/module.ts'
import { sessionRoutes } from './routes-session.ts'

export { createUser, type UserInput } from './change.ts'
export { beginSession, identify } from './log-in.ts'

export const accounts: Module = { name: 'accounts', routes: sessionRoutes }
