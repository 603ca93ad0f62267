// Every page that is drawn: its name, its address, and what is done there before the picture is taken.
import type { Page } from 'playwright-core'
import type { Ids } from './contents.ts'

export interface Shot {
  readonly name: string
  readonly path: string
  /** Log-in name of who looks; nobody: a reader */
  readonly as?: string
  /** In a repository that holds nothing */
  readonly isEmptyHouse?: boolean
  /** The answer is a refusal */
  readonly isRefused?: boolean
  readonly before?: (page: Page) => Promise<unknown>
}

const press =
  (...keys: string[]) =>
  async (page: Page) => {
    for (const key of keys) await page.keyboard.press(key)
  }
/** The first pages of the list that is shown */
const choose = async (page: Page) => {
  await page.getByRole('listbox').last().focus()
  await press('Home', 'Shift+ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowRight')(page)
}

const reading = (ids: Ids): Shot[] => [
  { name: 'start', path: '/' },
  { name: 'start of an empty repository', path: '/', isEmptyHouse: true },
  { name: 'collection', path: '/c/drucke' },
  { name: 'collection, as a list', path: '/c/sample?as=list' },
  { name: 'collection of an empty repository', path: '/c/none', isEmptyHouse: true, isRefused: true },
  { name: 'search', path: '/find?q=Licht' },
  { name: 'search in thousands', path: '/find?q=Heft' },
  { name: 'search that finds nothing', path: '/find?q=Xylothek' },
  { name: 'search without words', path: '/find' },
  { name: 'loans, none', path: '/loans' },
  { name: 'title', path: `/id/${ids.monograph}` },
  { name: 'title, long in everything', path: `/id/${ids.long}` },
  { name: 'title without a cover', path: `/id/${ids.bare}` },
  { name: 'title without pages', path: `/id/${ids.empty}` },
  { name: 'title of one page', path: `/id/${ids.single}` },
  { name: 'title of 3,000 pages', path: `/id/${ids.large}` },
  { name: 'title from the right', path: `/id/${ids.hebrew}` },
  { name: 'title of two volumes', path: `/id/${ids.work}` },
  { name: 'volume', path: `/id/${ids.volume}` },
  { name: 'series of 3,000', path: `/id/${ids.series}` },
  { name: 'newspaper of 20 years', path: `/id/${ids.newspaper}` },
  { name: 'newspaper, a week each', path: `/id/${ids.newspaper}?year=1914` },
  { name: 'newspaper, a month', path: `/id/${ids.newspaper}?year=1900&month=03` },
  { name: 'issue', path: `/id/${ids.issue}` },
  { name: 'title that is lent', path: `/id/${ids.lent}` },
  { name: 'title that is closed', path: `/id/${ids.closed}` },
  { name: 'nothing there', path: '/id/99999999', isRefused: true },
  { name: 'withdrawn', path: `/id/${ids.gone}`, isRefused: true },
  { name: 'a page for those who work here', path: '/api/v1/jobs', isRefused: true },
  { name: 'viewer', path: `/id/${ids.monograph}/view?page=${ids.page}` },
  { name: 'viewer, two pages', path: `/id/${ids.monograph}/view?page=${ids.page}&mode=two` },
  { name: 'viewer, continuous', path: `/id/${ids.monograph}/view?page=${ids.page}&mode=scroll` },
  { name: 'viewer, text', path: `/id/${ids.monograph}/view?page=${ids.page}`, before: press('t') },
  { name: 'viewer, search', path: `/id/${ids.monograph}/view?page=${ids.page}&q=Licht` },
  { name: 'viewer, keys', path: `/id/${ids.monograph}/view?page=${ids.page}`, before: press('?') },
  { name: 'viewer, image', path: `/id/${ids.monograph}/view?page=${ids.page}&panel=image` },
  { name: 'viewer, share', path: `/id/${ids.monograph}/view?page=${ids.page}&panel=share` },
  { name: 'viewer of 3,000 pages', path: `/id/${ids.large}/view` },
  { name: 'viewer from the right', path: `/id/${ids.hebrew}/view` },
  { name: 'viewer without pages', path: `/id/${ids.empty}/view` },
  { name: 'viewer of what is closed', path: `/id/${ids.closed}/view` },
  { name: 'viewer of what is lent', path: `/id/${ids.lent}/view` },
]

const clara = { as: 'clara' }
const desk = (ids: Ids): Shot[] => [
  { name: 'desk, log-in', path: '/desk' },
  { name: 'desk, a link that was used', path: '/desk/welcome#used', isRefused: true },
  { name: 'desk, home', path: '/desk', ...clara },
  { name: 'desk, home of an empty repository', path: '/desk', ...clara, isEmptyHouse: true },
  { name: 'desk, palette', path: '/desk', ...clara, before: press('Control+k') },
  { name: 'desk, tree', path: `/desk/tree?at=${ids.work}&node=${ids.volume}`, ...clara },
  { name: 'desk, tree of an empty repository', path: '/desk/tree', ...clara, isEmptyHouse: true },
  { name: 'desk, a level of 3,000', path: `/desk/tree?at=${ids.series}`, ...clara },
  { name: 'desk, a level of one', path: `/desk/tree?at=${ids.bare}&node=${ids.bare}`, ...clara },
  { name: 'desk, tree with a long title', path: `/desk/tree?node=${ids.long}`, ...clara },
  { name: 'desk, title', path: `/desk/title/${ids.monograph}`, ...clara },
  { name: 'desk, title, long in everything', path: `/desk/title/${ids.long}`, ...clara },
  { name: 'desk, title from the right', path: `/desk/title/${ids.hebrew}`, ...clara },
  { name: 'desk, pages', path: `/desk/title/${ids.monograph}/pages`, ...clara, before: choose },
  { name: 'desk, 3,000 pages', path: `/desk/title/${ids.large}/pages`, ...clara },
  { name: 'desk, no pages', path: `/desk/title/${ids.empty}/pages`, ...clara },
  { name: 'desk, images', path: `/desk/title/${ids.monograph}/images?page=${ids.page}`, ...clara },
  { name: 'desk, texts', path: `/desk/title/${ids.monograph}/texts?page=${ids.page}`, ...clara },
  { name: 'desk, collections', path: '/desk/collections', ...clara },
  { name: 'desk, lending', path: '/desk/lending', ...clara },
  { name: 'desk, statistics', path: '/desk/statistics', ...clara },
  { name: 'desk, system', path: '/desk/system', ...clara },
  { name: 'desk, harvests', path: '/desk/harvests', ...clara },
  { name: 'desk, notes', path: '/desk/notes', ...clara },
  { name: 'desk, orders', path: '/desk/orders', ...clara },
  { name: 'desk, an order', path: `/desk/orders/${ids.order}`, ...clara },
  { name: 'desk, imports', path: '/desk/imports', ...clara },
  { name: 'desk, jobs', path: '/desk/jobs', ...clara },
  { name: 'desk, log', path: '/desk/log', ...clara },
  { name: 'desk, people', path: '/desk/people', ...clara },
  { name: 'desk, groups', path: '/desk/groups', ...clara },
  { name: 'desk, keys', path: '/desk/keys', ...clara },
  { name: 'desk, ways to log in', path: '/desk/ways', ...clara },
  { name: 'desk, rights', path: `/desk/rights?node=${ids.closed}`, ...clara },
  { name: 'desk of a cataloguer', path: '/desk', as: 'carl' },
]

export const shots = (ids: Ids): Shot[] => [...reading(ids), ...desk(ids)]
