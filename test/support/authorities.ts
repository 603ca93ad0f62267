// An authority file that answers like lobid.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** As lobid describes a person, with much that nobody here reads left out. */
export const person = (number: string, surname: string, forename: string, more: object = {}) => ({
  id: `https://d-nb.info/gnd/${number}`,
  gndIdentifier: number,
  type: ['DifferentiatedPerson', 'Person', 'AuthorityResource'],
  preferredName: `${surname}, ${forename}`,
  preferredNameEntityForThePerson: { surname: [surname], forename: [forename] },
  ...more,
})

/** @param answer what it says to a search: members of a list, or bytes and status of its own */
export async function anAuthorityFile(
  t: { teardown(end: () => void): unknown },
  answer: (asked: URLSearchParams) => readonly unknown[] | { status?: number; text: string },
) {
  const asked: URLSearchParams[] = []
  const server = createServer((request, response) => {
    const query = new URL(request.url ?? '', 'http://lobid').searchParams
    asked.push(query)
    const said = answer(query)
    if (!('text' in said)) response.setHeader('content-type', 'application/json')
    else response.statusCode = said.status ?? 200
    response.end('text' in said ? said.text : JSON.stringify({ totalItems: said.length, member: said }))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => void server.close())
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/gnd` }
}
