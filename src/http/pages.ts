// Pages for people: a route that is asked for HTML hands over to the web application, which lies above the modules.
import type { FastifyRequest } from 'fastify'

declare module 'fastify' {
  interface FastifyReply {
    /**
     * Answers with the page of the web application at this address, or with the one that tells of a problem.
     * @param what.tag of all that the page is made of, where it is the same for everyone: while it holds, the page may be kept
     */
    sendPage(what?: { readonly problem?: PageProblem; readonly tag?: string | undefined }): Promise<this>
  }
}

/** What a page that tells of a problem knows of it: members of the problem document. */
export interface PageProblem {
  readonly status: number
  readonly title: string
  readonly detail?: string | undefined
  /** Other members, which a page may tell in the reader's language */
  readonly [member: string]: unknown
}

/** Whether a person's browser asks for a document: it names HTML before all else. Programs and images name other types, or none. */
export const wantsPage = (request: FastifyRequest): boolean =>
  (request.method === 'GET' || request.method === 'HEAD') &&
  /^(?:text\/html|application\/xhtml\+xml)\b/.test(request.headers.accept ?? '')
