// Somebody at the desk, in a browser.
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { password } from './people.ts'
import { type Visit, visit } from './visit.ts'

export async function logIn(page: Page, login: string): Promise<void> {
  await page.getByLabel('Log-in name or e-mail').fill(login)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.keyboard.press('Enter')
}

/** Logged in, at an address of the desk of a service. The page of the log-in has its own tests. */
export const deskOf =
  (address: string) =>
  async (
    browser: Browser,
    path: string,
    login = 'clara',
    options: BrowserContextOptions = {},
  ): Promise<Visit> => {
    const found = await visit(browser, address, path, options, async ({ request }) => {
      const answer = await request.post(`${address}/api/v1/session`, { data: { login, password } })
      if (!answer.ok()) throw new Error(`${login} may not log in: ${answer.status()}`)
    })
    await found.page.getByRole('navigation', { name: 'Places' }).waitFor()
    return found
  }
