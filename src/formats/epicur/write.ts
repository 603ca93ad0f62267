// epicur, by which the German National Library learns where a URN leads. @see urn:nbn:de:1111-2004033116
import { escapeXml } from '../xml/read.ts'

const namespace = 'urn:nbn:de:1111-2004033116'

/** @param update `urn_new` for a URN that is told for the first time, `url_update_general` for its addresses afterwards */
export const writeEpicur = (
  urn: string,
  addresses: readonly { readonly url: string; readonly media: string }[],
  update = 'url_update_general',
): string =>
  `<epicur xmlns="${namespace}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="${namespace} http://www.persistent-identifier.de/xepicur/version1.0/xepicur.xsd"><administrative_data><delivery><update_status type="${update}"/><transfer type="oai"/></delivery></administrative_data><record><identifier scheme="urn:nbn:de">${escapeXml(urn)}</identifier>${addresses
    .map(
      ({ url, media }, at) =>
        `<resource><identifier scheme="url" type="frontpage"${at === 0 ? ' role="primary" origin="original"' : ''}>${escapeXml(url)}</identifier><format scheme="imt">${escapeXml(media)}</format></resource>`,
    )
    .join('')}</record></epicur>`
