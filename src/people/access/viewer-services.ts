// What info.json and manifests say of images that not everyone may see: where their readers log in.
import { kioskOf } from '../../config/provider-options.ts'
import { authServices } from '../../formats/iiif-auth/services.ts'
import type { Services } from '../../http/module.ts'
import type { ShownPlace, Sight } from '../../http/sight.ts'

const texts = {
  label: 'Log in',
  heading: 'This image is restricted',
  note: 'It can be seen by readers who log in and have been admitted.',
  confirm: 'Log in',
  logOut: 'Log out',
}

/** Whether everyone may see the image of a page, whole. @param everyone the sight of the public */
export function isOpenImage(everyone: Sight, place: ShownPlace): boolean {
  if (everyone.isPlain) return true
  const reason = everyone.reason('see-image', place)
  return reason.allowed && reason.width === undefined
}

/** The services beside the image service of a page. */
export function viewerServices(services: Services, everyone: Sight, pageId: number): object[] {
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
    texts,
    everyone.hasRanges,
  )
}
