// Pages for readers who log in, complete without scripts: on the way to a page of ours, or in a window that a viewer has opened. Each is one
// document under a policy of its own.
import type { FastifyReply } from 'fastify'
import { escapeXml } from '../../formats/xml/read.ts'
import { hashSource, pagePolicy, withSecret } from '../../http/headers.ts'
import type { Language } from '../../config/languages.ts'
import { sendText } from '../../http/text.ts'

const texts = {
  de: {
    title: 'Anmelden',
    login: 'Anmeldename oder E-Mail-Adresse',
    password: 'Passwort',
    submit: 'Anmelden',
    ways: 'Andere Wege der Anmeldung',
    withWay: 'Anmelden mit',
    wrong: 'Anmeldename und Passwort passen nicht zusammen.',
    throttled: 'Zu viele Versuche. Bitte warten Sie einen Augenblick.',
    done: 'Sie sind angemeldet. Dieses Fenster kann geschlossen werden.',
    out: 'Sie sind abgemeldet.',
  },
  en: {
    title: 'Log in',
    login: 'Log-in name or e-mail address',
    password: 'Password',
    submit: 'Log in',
    ways: 'Other ways to log in',
    withWay: 'Log in with',
    wrong: 'Log-in name and password do not fit together.',
    throttled: 'Too many attempts. Please wait a moment.',
    done: 'You are logged in. This window can be closed.',
    out: 'You are logged out.',
  },
} as const
export type Said = keyof (typeof texts)['de']

const styles = `:root{color-scheme:light dark}body{font:17px/1.5 Georgia,serif;max-width:26rem;margin:12vh auto;padding:0 1.25rem}h1{font-size:1.5rem;font-weight:normal;margin:0 0 1.25rem}
label{display:block;margin:0 0 1rem;font-size:.95rem}input{display:block;box-sizing:border-box;width:100%;font:inherit;padding:.5rem .6rem;margin-top:.25rem;border:1px solid #8a8378;border-radius:3px}
button{font:inherit;padding:.5rem 1.4rem;border:0;border-radius:3px;background:#7a2e1d;color:#fff;cursor:pointer}input:focus-visible,button:focus-visible{outline:2px solid #2b6cb0;outline-offset:2px}
nav{border-top:1px solid #8a8378;margin:1.75rem 0 0;padding:1.25rem 0 0}nav a,.again{display:block;box-sizing:border-box;padding:.5rem .6rem;margin:0 0 .6rem;border:1px solid #8a8378;border-radius:3px;color:inherit;text-decoration:none;text-align:center}nav a:focus-visible,.again:focus-visible{outline:2px solid #2b6cb0;outline-offset:2px}
[role=alert]{border-left:3px solid #b3261e;padding:.25rem .75rem;margin:0 0 1rem}`
const closing = 'window.close()'

function sendPage(
  reply: FastifyReply,
  language: Language,
  page: {
    readonly title: string
    readonly body: string
    readonly script?: string
    readonly framed?: boolean
    readonly status?: number
  },
): never {
  const policy = pagePolicy({
    'style-src': hashSource(styles),
    'script-src': page.script === undefined ? "'none'" : hashSource(page.script),
    ...(page.framed ? { 'frame-ancestors': '*' } : {}),
  })
  const script = page.script === undefined ? '' : `<script>${page.script}</script>`
  reply
    .code(page.status ?? 200)
    .header('content-security-policy', policy)
    .header('cache-control', withSecret)
    .header('referrer-policy', 'no-referrer')
  return sendText(
    reply,
    'text/html; charset=utf-8',
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>${escapeXml(page.title)}</title><style>${styles}</style></head><body>${page.body}${script}</body></html>`,
  )
}

/** The form; `next` is an address of ours, or undefined where the window is to close. */
export function sendForm(
  reply: FastifyReply,
  language: Language,
  form: {
    readonly action: string
    readonly house: string
    /** Providers by whom one logs in as well */
    readonly ways: readonly { readonly label: string; readonly href: string }[]
    readonly login?: string
    readonly fault?: Said
    readonly status?: number
  },
): never {
  const say = texts[language]
  const ways = form.ways.map(
    ({ label, href }) => `<a href="${escapeXml(href)}">${say.withWay} ${escapeXml(label)}</a>`,
  )
  return sendPage(reply, language, {
    title: `${say.title} · ${form.house}`,
    status: form.status ?? 200,
    body: `<main><h1>${escapeXml(form.house)}</h1>${form.fault === undefined ? '' : `<p role="alert">${say[form.fault]}</p>`}<form method="post" action="${escapeXml(form.action)}">
<label>${say.login}<input name="login" autocomplete="username" autocapitalize="none" required autofocus value="${escapeXml(form.login ?? '')}"></label>
<label>${say.password}<input name="password" type="password" autocomplete="current-password" required></label>
<button>${say.submit}</button></form>${ways.length === 0 ? '' : `<nav aria-label="${say.ways}">${ways.join('')}</nav>`}</main>`,
  })
}

/** A sentence; the window closes by itself where it may. */
export const sendDone = (reply: FastifyReply, language: Language, said: Said): never =>
  sendPage(reply, language, {
    title: texts[language].title,
    body: `<main><p>${texts[language][said]}</p></main>`,
    script: closing,
  })

/** Says why something did not work, with a way on. */
export const sendNote = (
  reply: FastifyReply,
  language: Language,
  note: {
    readonly status: number
    readonly house: string
    readonly sentence: string
    readonly onward: { readonly label: string; readonly href: string }
  },
): never =>
  sendPage(reply, language, {
    title: `${texts[language].title} · ${note.house}`,
    status: note.status,
    body: `<main><h1>${escapeXml(note.house)}</h1><p role="alert">${escapeXml(note.sentence)}</p><p><a class="again" href="${escapeXml(note.onward.href)}">${escapeXml(note.onward.label)}</a></p></main>`,
  })

/** Hands a message to the page of another site that has this one in a frame. @param origin the only site that gets it */
export const sendMessage = (reply: FastifyReply, message: object, origin: string): never =>
  sendPage(reply, 'en', {
    title: 'IIIF',
    body: '',
    framed: true,
    script: `window.parent.postMessage(${JSON.stringify(message).replaceAll('<', '\\u003c')}, ${JSON.stringify(origin).replaceAll('<', '\\u003c')})`,
  })
