// What info.json and manifests say of images that not everyone may see: where their readers log in.
import { kioskOf } from '../../config/provider-options.ts'
import { authServices } from '../../formats/iiif-auth/services.ts'
import type { Services } from '../../http/module.ts'
import type { ShownPlace, Sight } from '../../http/sight.ts'

const restricted = {
  label: 'Log in',
  heading: 'This image is restricted',
  note: 'It can be seen by readers who log in and have been admitted.',
  confirm: 'Log in',
  logOut: 'Log out',
}

/** A reader without an account borrows on our own pages; the cookie that knows them there goes nowhere else. */
const lent = {
  ...restricted,
  heading: 'This title is lent, so many copies at a time',
  note: 'Readers who log in borrow a copy with the first page, where one is free.',
}

/** Whether everyone may see the image of a page, whole. @param everyone the sight of the public */
export function isOpenImage(everyone: Sight, place: ShownPlace): boolean {
  if (everyone.isPlain) return true
  const reason = everyone.reason('see-image', place)
  return reason.allowed && reason.width === undefined
}

/**
 * The services beside the image service of a page; undefined where nobody needs them.
 * @param isLent so many readers at a time see it
 */
export function viewerServices(
  services: Services,
  everyone: Sight,
  pageId: number,
  { isOpen, isLent }: { readonly isOpen: boolean; readonly isLent: boolean },
): object[] | undefined {
  if (isOpen && !isLent) return undefined
  const at = (path: string): string => `${services.publicUrl()}/iiif/auth/${path}`
  const kiosk = kioskOf(services.config)
  return authServices(
    {
      probe: at(`2/probe/${pageId}`),
      access: at('access'),
      token1: at('1/token'),
      token2: at('2/token'),
      logOut: at('log-out'),
      kiosk: kiosk === undefined ? undefined : services.publicUrl() + kiosk,
    },
    isOpen ? lent : restricted,
    // where somebody sits opens what is restricted, and lends nothing
    !isOpen && everyone.hasRanges,
  )
}
