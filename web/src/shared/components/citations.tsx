// A title as several houses cite it, each to be copied; complete without scripts.
import type { ReadingObject } from '../api.ts'
import { type TextKey, useText } from '../text.ts'
import styles from './citations.module.css'
import { Copy } from './copy.tsx'

type Styled = ReadingObject['citation']['styles'][number]

const names: Readonly<Record<Styled['style'], TextKey>> = {
  chicago: 'cite.chicago',
  mla: 'cite.mla',
  apa: 'cite.apa',
  iso690: 'cite.iso690',
}

/** Styles have words of their own for pages. */
const bare = (label: string): string => label.replace(/^(?:Seite|S\.|page|p\.)\s+/i, '')

/** @param page the one that is open: its label stands in the citation, and its address in place of the title's own */
export function Citations({ object, page }: { readonly object: ReadingObject; readonly page?: { readonly label: string; readonly address: string } | undefined }) {
  const say = useText()
  const { citation, links } = object
  const led = (text: string): string => {
    const own = links['permalink'] ?? ''
    return page !== undefined && own !== '' ? text.replaceAll(own, page.address) : text
  }
  return (
    <dl className={styles.citations}>
      {citation.styles.map(({ style, italic, ...whole }) => {
        const text = page ? whole.ofPage.replace('{page}', () => bare(page.label)) : whole.text
        const at = text.indexOf(italic)
        return (
          <div key={style}>
            <dt>
              {say(names[style])} <Copy text={led(text)}>{say('copy.copy')}</Copy>
            </dt>
            <dd dir="auto">
              {at < 0 || italic === '' ? (
                led(text)
              ) : (
                <>
                  {text.slice(0, at)}
                  <i>{italic}</i>
                  {led(text.slice(at + italic.length))}
                </>
              )}
            </dd>
          </div>
        )
      })}
    </dl>
  )
}
