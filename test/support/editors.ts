// Two editors at one title against a model of it: what each was told is done must stand until somebody who had seen it changes it, and
// what is declined must say what has changed.
import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import type { Step } from './editor-steps.ts'
import { type Answer, aDomain, aTitle, type TestApp } from './start.ts'

interface Element {
  readonly id: number
  readonly caption: string | null
  readonly children: readonly Element[]
}
/** What stands, as far as the editors change it. */
interface World {
  readonly title: Readonly<Record<string, string | null>>
  readonly pages: Readonly<Record<number, { readonly ident: string | null; readonly label: string | null }>>
  readonly outline: readonly Element[]
}
/** What was changed: nodes and fields, by whom, in the order of the answers. */
interface Change {
  readonly editor: number
  readonly node: number
  readonly what: string
}
interface Model {
  readonly world: World
  readonly changes: readonly Change[]
}
/** What an editor has read: the world, the tags, and how many changes there had been. */
interface Desk {
  readonly world: World
  readonly seen: number
  readonly tags: { readonly outline: string; readonly title: string; readonly node: string; readonly pages: Readonly<Record<number, string>> } // prettier-ignore
}

const shown = (elements: readonly Element[]): unknown =>
  elements.map(({ id, caption, children }) =>
    children.length > 0 || caption !== null ? { id, caption, children: shown(children) } : { id },
  )
const without = (elements: readonly Element[], id: number): Element[] =>
  elements.filter(each => each.id !== id).map(each => ({ ...each, children: without(each.children, id) }))

export class Editors {
  readonly #app: TestApp
  readonly #title: number
  readonly #pages: readonly number[]
  readonly #chapters: readonly number[]
  readonly figures = { done: 0, refused: 0, repeated: 0 }

  private constructor(app: TestApp, title: number, pages: number[], chapters: number[]) {
    this.#app = app
    this.#title = title
    this.#pages = pages
    this.#chapters = chapters
  }

  static async at(app: TestApp): Promise<Editors> {
    await aDomain(app, 'editors')
    const title = await aTitle(app, { domain: 'editors', title: 'Edited', pages: 4 })
    const pages = (
      (await app.call('GET', `/api/v1/titles/${title}/pages`)).body.items as { id: number }[]
    ).map(({ id }) => id)
    const saved = await app.call(
      'PUT',
      `/api/v1/titles/${title}/structure`,
      {
        children: [
          { type: 'chapter', caption: 'One', children: [{ id: pages[0] }] },
          { type: 'chapter', caption: 'Two', children: [{ id: pages[1] }] },
          { id: pages[2] },
          { id: pages[3] },
        ],
      },
      { 'if-match': '*' },
    )
    assert.equal(saved.status, 200)
    const { children } = (await app.call('GET', `/api/v1/titles/${title}/structure`)).body as {
      children: { id: number; kind: string }[]
    }
    return new Editors(app, title, pages, children.filter(({ kind }) => kind === 'structure').map(({ id }) => id)) // prettier-ignore
  }

  async #ask(url: string): Promise<Answer> {
    const answer = await this.#app.call('GET', url)
    assert.equal(answer.status, 200, `${url}: ${JSON.stringify(answer.body)}`)
    return answer
  }

  /** Reads while nobody writes. */
  async #read(): Promise<Omit<Desk, 'seen'>> {
    const id = this.#title
    const outline = await this.#ask(`/api/v1/titles/${id}/structure`)
    const title = await this.#ask(`/api/v1/titles/${id}`)
    const node = await this.#ask(`/api/v1/tree/${id}`)
    const pages = await Promise.all(this.#pages.map(page => this.#ask(`/api/v1/pages/${page}`)))
    type Read = { id: number; kind: string; caption: string | null; children: Read[] }
    // a page's caption follows its label, which is of the page
    const elements = (read: readonly Read[]): Element[] =>
      read.map(each => ({ id: each.id, caption: each.kind === 'page' ? null : each.caption, children: elements(each.children) })) // prettier-ignore
    const { signature, owner, caption } = title.body as Record<string, string | null>
    return {
      world: {
        title: { signature: signature ?? null, owner: owner ?? null, caption: caption ?? null },
        pages: Object.fromEntries(
          pages.map(({ body }) => [body.id, { ident: body.ident, label: body.pagination.caption }]),
        ),
        outline: elements(outline.body.children),
      },
      tags: {
        outline: String(outline.headers['etag']),
        title: String(title.headers['etag']),
        node: String(node.headers['etag']),
        pages: Object.fromEntries(pages.map(({ body, headers }) => [body.id, String(headers['etag'])])),
      },
    }
  }

  /** The request of a step, on what its editor has read. */
  #request(step: Step, { world, tags }: Desk): { method: string; url: string; body: unknown; tag: string } {
    const of = (method: string, url: string, body: unknown, tag: string) => ({ method, url: `/api/v1/${url}`, body, tag }) // prettier-ignore
    switch (step.kind) {
      case 'title':
        return of('PATCH', `titles/${this.#title}`, { [step.field]: step.value }, tags.title)
      case 'page': {
        const page = this.#pages[step.page] as number
        return of('PATCH', `pages/${page}`, { ident: step.value }, tags.pages[page] as string)
      }
      case 'paginate': {
        const [from, to] = this.#range(step, world)
        return of('POST', `titles/${this.#title}/paginate`, { from, to, type: 'page', start: step.start }, tags.outline) // prettier-ignore
      }
      case 'order':
        return of('PUT', `tree/${this.#title}/children/order`, { ids: this.#after(step, world).outline.map(({ id }) => id) }, tags.node) // prettier-ignore
      default:
        return of('PUT', `titles/${this.#title}/structure`, { children: shown(this.#after(step, world).outline) }, tags.outline) // prettier-ignore
    }
  }

  #reading(world: World): number[] {
    const all = (elements: readonly Element[]): number[] =>
      elements.flatMap(({ id, children }) => [...(this.#pages.includes(id) ? [id] : []), ...all(children)])
    return all(world.outline)
  }
  /** Two pages that follow each other. */
  #range(step: { readonly page: number }, world: World): [number, number] {
    const pages = this.#reading(world)
    return [pages[step.page] as number, pages[step.page + 1] as number]
  }

  /** What stands when a step is done, and nothing else. */
  #after(step: Step, world: World): World {
    switch (step.kind) {
      case 'look':
        return world
      case 'title':
        return { ...world, title: { ...world.title, [step.field]: step.value } }
      case 'page': {
        const id = this.#pages[step.page] as number
        return { ...world, pages: { ...world.pages, [id]: { label: null, ...world.pages[id], ident: step.value } } } // prettier-ignore
      }
      case 'paginate': {
        const labels = this.#range(step, world).map((id, at) => [id, { ident: null, ...world.pages[id], label: `Seite ${step.start + at}` }]) // prettier-ignore
        return { ...world, pages: { ...world.pages, ...Object.fromEntries(labels) } }
      }
      case 'order':
        return { ...world, outline: [...world.outline.slice(1), ...world.outline.slice(0, 1)] }
      case 'rename': {
        const id = this.#chapters[step.at] as number
        return { ...world, outline: world.outline.map(each => (each.id === id ? { ...each, caption: step.value } : each)) } // prettier-ignore
      }
      case 'place': {
        const id = this.#pages[step.page] as number
        const page = { id, caption: null, children: [] }
        const rest = without(world.outline, id)
        const into = this.#chapters[step.at]
        return {
          ...world,
          outline: into === undefined ? [...rest, page] : rest.map(each => (each.id === into ? { ...each, children: [...each.children, page] } : each)), // prettier-ignore
        }
      }
    }
  }

  /** What a step changes, in the words of refusals, and what of the world it stands on. */
  #changed(step: Step, world: World): Change[] {
    // a page that is placed where it is stays there, and one that is called what it was called keeps its label
    const after = this.#after(step, world)
    if (isDeepStrictEqual(after, world)) return []
    const of = (node: number | undefined, what: string): Change => ({ editor: step.editor, node: node as number, what }) // prettier-ignore
    switch (step.kind) {
      case 'look':
        return []
      case 'title':
        return [of(this.#title, step.field)]
      case 'page':
        return [of(this.#pages[step.page], 'ident')]
      case 'paginate':
        return this.#range(step, world)
          .filter(id => after.pages[id]?.label !== world.pages[id]?.label)
          .map(id => of(id, 'label'))
      case 'order':
        return [of(this.#title, 'order')]
      case 'rename':
        return [of(this.#chapters[step.at], 'name')]
      case 'place':
        return [of(this.#pages[step.page], 'place')]
    }
  }

  /** The model after an answer. @throws AssertionError where the answer is wrong in it */
  #apply(model: Model, step: Step, desk: Desk, { status, body }: Answer): Model {
    const since = model.changes.slice(desk.seen)
    if (status === 503) return model
    if (status === 412) {
      const guarded = this.#base(step, since)
      assert.ok(guarded.length > 0, `${JSON.stringify(step)} is declined, although nothing has changed`)
      const named = JSON.stringify([body.changed, body.lastChange])
      assert.ok(body.changed.length > 0 || body.lastChange, `the refusal names nothing: ${body.detail}`)
      if (step.kind === 'title')
        for (const { what } of guarded.filter(({ node, what }) => node === this.#title && what !== 'order'))
          assert.ok(named.includes(what), `${what} was changed, named is ${named}`)
      else if (step.kind === 'page') assert.match(named, /ident|caption|paginat|reorder|move|sort|parentId/i)
      else if (step.kind !== 'order')
        for (const { node, what } of guarded.filter(({ node }) => node !== this.#title))
          assert.ok(named.includes(`"node":${node}`), `${node} was changed (${what}), named is ${named}`)
      return model
    }
    assert.ok(status === 200, `${JSON.stringify(step)} is answered ${status} ${JSON.stringify(body)}`)
    // who is told that it is done had seen what it replaces
    const here = (world: World): unknown => {
      if (step.kind === 'title') return world.title[step.field]
      if (step.kind === 'page') return world.pages[this.#pages[step.page] as number]?.ident
      if (step.kind === 'paginate') return this.#range(step, world).map(id => [id, world.pages[id]?.label])
      return world.outline
    }
    assert.deepEqual(here(desk.world), here(model.world), `${JSON.stringify(step)} is done on what was not current`) // prettier-ignore
    return {
      world: this.#after(step, model.world),
      changes: [...model.changes, ...this.#changed(step, model.world)],
    }
  }

  /** Changes that a refusal of the step may be for. */
  #base(step: Step, since: readonly Change[]): readonly Change[] {
    // the versions of a title and of a page rise with their places and names, too
    if (step.kind === 'page') return since.filter(({ node, what }) => node === this.#pages[step.page] || ['place', 'order'].includes(what)) // prettier-ignore
    return since
  }

  /** One interleaving, from what stands now. @throws AssertionError with the first thing that is wrong */
  async run(groups: readonly (readonly Step[])[]): Promise<void> {
    const begin = { ...(await this.#read()), seen: 0 }
    let model: Model = { world: begin.world, changes: [] }
    const desks: Desk[] = [begin, begin]
    for (const group of groups) {
      const asked = group
        .filter(({ kind }) => kind !== 'look')
        .map(step => ({ step, desk: desks[step.editor] as Desk }))
      const answers = await Promise.all(
        asked.map(async ({ step, desk }) => {
          const { method, url, body, tag } = this.#request(step, desk)
          return await this.#app.call(method, url, body, { 'if-match': tag })
        }),
      )
      for (const { status } of answers)
        this.figures[status === 200 ? 'done' : status === 412 ? 'refused' : 'repeated']++
      const inOrder = (order: readonly number[]): Model =>
        order.reduce((before, at) => {
          const { step, desk } = asked[at] as { step: Step; desk: Desk }
          return this.#apply(before, step, desk, answers[at] as Answer)
        }, model)
      const order = asked.map((_, at) => at)
      try {
        model = inOrder(order)
      } catch (error) {
        // of two at once either may have been the first
        if (order.length < 2) throw error
        model = inOrder(order.reverse())
      }
      for (const { editor, kind } of group)
        if (kind === 'look') {
          const read = await this.#read()
          assert.deepEqual(read.world, model.world, 'what was acknowledged is what stands')
          desks[editor] = { ...read, seen: model.changes.length }
        }
    }
    assert.deepEqual((await this.#read()).world, model.world, 'what was acknowledged is what stands')
  }
}
