import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../src/root.ts'

/** What lies beside the project, or beside the folder of its work trees. */
const shared =
  [join(root, '../shared'), join(root, '../../shared')].find(existsSync) ?? join(root, '../shared')

/** Folder with real exports of Visual Library Servers beside the project, where it is at hand. */
export const sharedData = join(shared, 'data')

/** Option of a test that needs the real data: it is skipped, saying so, where they are absent. */
export const needsSharedData = existsSync(sharedData) ? {} : { skip: 'the real exports are not at hand' }

/** Small deliveries for faults that were seen, where they are at hand. */
export const sharedCases = join(shared, 'cases/deliveries')

/** Option of a test that needs them. */
export const needsSharedCases = existsSync(sharedCases) ? {} : { skip: 'the deliveries are not at hand' }

/** The rules of the German Digital Library for METS, where they are at hand. */
export const sharedRules = join(shared, 'reference/ddb-rules')

/** Option of a test that needs them. */
export const needsSharedRules = existsSync(sharedRules)
  ? {}
  : { skip: 'the rules of the German Digital Library are not at hand' }
