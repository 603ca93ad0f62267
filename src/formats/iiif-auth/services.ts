// The services by which a viewer of another site learns how its reader gets to see what is restricted: IIIF Authorization Flow 2.0, and
// Authentication 1.0 beside it for viewers that know no later one (Mirador 4 among them).
// @see https://iiif.io/api/auth/2.0/, https://iiif.io/api/auth/1.0/

export interface AuthTexts {
  readonly label: string
  readonly heading: string
  readonly note: string
  readonly confirm: string
  readonly logOut: string
}

/** Addresses of the services of one page. */
export interface AuthAddresses {
  readonly probe: string
  readonly access: string
  readonly token1: string
  readonly token2: string
  readonly logOut: string
  /** A way in that asks its reader for nothing; undefined where there is none */
  readonly kiosk?: string | undefined
}

export const authContext2 = 'http://iiif.io/api/auth/2/context.json'
const authContext1 = 'http://iiif.io/api/auth/1/context.json'

const inEnglish = (text: string) => ({ en: [text] })

/**
 * What stands as `service` beside an image service.
 * @param external whether the place that a reader sits at can be enough: an address range has been granted something
 */
export function authServices(addresses: AuthAddresses, texts: AuthTexts, external: boolean): object[] {
  const token2 = {
    id: addresses.token2,
    type: 'AuthAccessTokenService2',
    errorHeading: inEnglish(texts.heading),
    errorNote: inEnglish(texts.note),
  }
  const logOut2 = { id: addresses.logOut, type: 'AuthLogoutService2', label: inEnglish(texts.logOut) }
  const logOut1 = {
    '@id': addresses.logOut,
    profile: 'http://iiif.io/api/auth/1/logout',
    label: texts.logOut,
  }
  const token1 = { '@id': addresses.token1, profile: 'http://iiif.io/api/auth/1/token' }
  return [
    {
      '@context': authContext2,
      id: addresses.probe,
      type: 'AuthProbeService2',
      // none is asked for; but Mirador 4 asks every service for its profile, and stops at the first that has none
      profile: 'http://iiif.io/api/auth/2/probe',
      errorHeading: inEnglish(texts.heading),
      errorNote: inEnglish(texts.note),
      service: [
        ...(external
          ? [
              {
                type: 'AuthAccessService2',
                profile: 'external',
                label: inEnglish(texts.label),
                service: [token2],
              },
            ]
          : []),
        ...(addresses.kiosk === undefined
          ? []
          : [
              {
                id: addresses.kiosk,
                type: 'AuthAccessService2',
                profile: 'kiosk',
                label: inEnglish(texts.label),
                service: [token2, logOut2],
              },
            ]),
        {
          id: addresses.access,
          type: 'AuthAccessService2',
          profile: 'active',
          label: inEnglish(texts.label),
          heading: inEnglish(texts.heading),
          note: inEnglish(texts.note),
          confirmLabel: inEnglish(texts.confirm),
          service: [token2, logOut2],
        },
      ],
    },
    ...(external
      ? [
          {
            '@context': authContext1,
            profile: 'http://iiif.io/api/auth/1/external',
            label: texts.label,
            failureHeader: texts.heading,
            failureDescription: texts.note,
            service: [token1],
          },
        ]
      : []),
    ...(addresses.kiosk === undefined
      ? []
      : [
          {
            '@context': authContext1,
            '@id': addresses.kiosk,
            profile: 'http://iiif.io/api/auth/1/kiosk',
            label: texts.label,
            failureHeader: texts.heading,
            failureDescription: texts.note,
            service: [token1, logOut1],
          },
        ]),
    {
      '@context': authContext1,
      '@id': addresses.access,
      profile: 'http://iiif.io/api/auth/1/login',
      label: texts.label,
      header: texts.heading,
      description: texts.note,
      confirmLabel: texts.confirm,
      failureHeader: texts.heading,
      failureDescription: texts.note,
      service: [token1, logOut1],
    },
  ]
}

export interface ProbeResult {
  readonly status: 200 | 401 | 403 | 404
  readonly heading?: string
  readonly note?: string
}
export const probeResult = ({ status, heading, note }: ProbeResult): object => ({
  '@context': authContext2,
  type: 'AuthProbeResult2',
  status,
  ...(heading === undefined ? {} : { heading: inEnglish(heading) }),
  ...(note === undefined ? {} : { note: inEnglish(note) }),
})
