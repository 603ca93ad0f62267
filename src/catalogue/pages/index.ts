// OPR_Page and OPR_ImageProfile: masters, labels, reading order.
import type { Module } from '../../http/module.ts'
import { checks } from './checks.ts'
import { readPagination } from './pagination.ts'
import { historyRoutes } from './routes-history.ts'
import { rangeRoutes } from './routes-range.ts'
import { scanRoutes } from './routes-scan.ts'
import { routes } from './routes.ts'

export { labelFields } from './add.ts'
export { bringBack, bringIfFreed } from './bring-back.ts'
export { pageStates } from './codes.ts'
export { copyPages } from './copy.ts'
export {
  freedBelow,
  type FreedMaster,
  type MasterOfPage,
  mastersBelow,
  setArchived,
  setFreed,
  whereFreed,
} from './freed.ts'
export { keptPages } from './kept.ts'
export { isNeeded, isNotFreed, recordersAreThrough, removeUnneeded } from './needed.ts'
export { fieldsOf as masterFields } from './masters.ts'
export { type Judgement, judgeMaster } from './judge.ts'
export { type Pagination, readPagination } from './pagination.ts'
export {
  columnsOf as pageColumns,
  find as findPage,
  insertMany as insertPages,
  type Page,
  type PageFields,
  profileId,
  readingOrder,
  update as updatePage,
} from './repository.ts'
export { copyRegions, keptRegions, type Region, regionsOf, storeRegions } from './regions.ts'
export { getPage } from './routes.ts'

export const pages: Module = {
  name: 'pages',
  routes: async (app, { services }) => {
    const pagination = readPagination()
    await routes(app, services, pagination)
    await scanRoutes(app, services, pagination)
    await rangeRoutes(app, services, pagination)
    await historyRoutes(app, services, pagination)
  },
  checks,
}
