// The orders of languages in which titles are listed.
import { type Orders, ordersOf } from '../../formats/text/collation.ts'
import type { Services } from '../../http/module.ts'

export const sortOrders = ({ config }: Pick<Services, 'config'>): Orders =>
  ordersOf(config.search.sortLanguages)
