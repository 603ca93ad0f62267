// Mirador as its makers publish it (../../vendor), loaded where it is opened and nowhere else.
import script from '../../vendor/mirador-4.0.0.min.js?url'

interface Mirador {
  readonly viewer: (settings: object) => { readonly unmount: () => void }
}
declare global {
  interface Window {
    Mirador?: Mirador
  }
}

/** Mirador's styles are made while it runs, by a library that it lets nobody tell the nonce of the page: each element of styles gets it here. */
function giveNonce(): () => void {
  const { nonce } = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]') ?? {}
  const create = Document.prototype.createElement
  document.createElement = ((name: string, options?: ElementCreationOptions) => {
    const element = create.call(document, name, options)
    if (nonce !== undefined && element instanceof HTMLStyleElement) element.nonce = nonce
    return element
  }) as typeof document.createElement
  return () => {
    document.createElement = create
  }
}

const load = (): Promise<Mirador> =>
  new Promise((resolve, reject) => {
    if (window.Mirador) return resolve(window.Mirador)
    const element = document.createElement('script')
    element.src = script
    element.onload = () => (window.Mirador ? resolve(window.Mirador) : reject(new Error('Mirador')))
    element.onerror = () => reject(new Error('Mirador'))
    document.head.append(element)
  })

/** @returns what takes it away again */
export async function openMirador(settings: object): Promise<() => void> {
  const takeBack = giveNonce()
  try {
    const viewer = (await load()).viewer(settings)
    return () => {
      viewer.unmount()
      takeBack()
    }
  } catch (error) {
    takeBack()
    throw error
  }
}
