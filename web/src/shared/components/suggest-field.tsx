// The field to search with once somebody types: titles, persons, subjects and places that hold the words.
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useRouteContext, useRouter } from '@tanstack/react-router'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { ComboBox } from 'react-aria-components/ComboBox'
import { Header } from 'react-aria-components/Header'
import { Input } from 'react-aria-components/Input'
import { ListBox, ListBoxItem, ListBoxSection } from 'react-aria-components/ListBox'
import { Popover } from 'react-aria-components/Popover'
import { suggestionsQuery } from '../queries.ts'
import { type TextKey, useFormats, useText } from '../text.ts'
import type { SearchFieldProps } from './search-field.tsx'
import options from './option-list.module.css'
import styles from './suggest-field.module.css'

export interface SuggestFieldProps extends SearchFieldProps {
  /** The plain field whose place it takes */
  readonly from: { readonly value: string; readonly start: number | null; readonly end: number | null; readonly hasFocus: boolean }
}
const kinds = ['title', 'person', 'subject', 'place'] as const
const pause = 150

export function SuggestField({ label, domain, from }: SuggestFieldProps) {
  const say = useText()
  const { number } = useFormats()
  const router = useRouter()
  const { api } = useRouteContext({ from: '__root__' })
  const field = useRef<HTMLInputElement>(null)
  const [words, setWords] = useState(from.value)
  const [asked, setAsked] = useState('')
  useLayoutEffect(() => {
    if (!from.hasFocus) return
    field.current?.focus()
    field.current?.setSelectionRange(from.start, from.end)
  }, [from])
  useEffect(() => {
    // words that stood there when the field was entered are no question
    if (words === from.value && asked === '') return
    const timer = setTimeout(() => setAsked(words.trim()), pause)
    return () => clearTimeout(timer)
  }, [words])
  const found = useQuery({ ...suggestionsQuery(api, asked, domain), enabled: asked.length > 1, placeholderData: keepPreviousData })
  const isOld = found.isPlaceholderData || asked !== words.trim()
  const last = words.trim().split(/\s+/).at(-1)?.toLowerCase() ?? ''
  // who types faster than is found chooses among those that fit
  const items = asked.length > 1 ? (found.data?.items ?? []).filter(({ value }) => !isOld || value.toLowerCase().includes(last)) : []
  const choose = (at: number): void => {
    const item = items[at]
    if (!item) return
    if (item.id !== null) void router.navigate({ to: '/id/$id', params: { id: String(item.id) }, search: {} })
    else void router.navigate({ to: '/find', search: { [item.kind]: item.value, in: domain } })
  }
  return (
    <ComboBox
      className={styles.combo!}
      aria-label={label}
      name="q"
      formValue="text"
      isRequired
      allowsCustomValue
      inputValue={words}
      onInputChange={setWords}
      selectedKey={null}
      onSelectionChange={key => {
        if (key !== null) choose(Number(key))
      }}
      menuTrigger="input"
      allowsEmptyCollection
    >
      <Input
        ref={field}
        type="search"
        maxLength={1000}
        placeholder={label}
        onKeyDownCapture={event => {
          // nothing is chosen in the list: the words themselves are searched for
          if (event.key !== 'Enter' || event.nativeEvent.isComposing || event.currentTarget.hasAttribute('aria-activedescendant')) return
          event.preventDefault()
          event.stopPropagation()
          event.currentTarget.form?.requestSubmit()
        }}
      />
      <Popover className={`${options.list} ${styles.list}`} offset={8} placement="bottom start">
        <ListBox aria-label={say('suggest.list')} renderEmptyState={() => <p className={`${options.none} ${styles.none}`}>{say('suggest.enter', { q: words.trim() })}</p>}>
          {kinds
            .map(kind => ({ kind, of: items.map((item, at) => ({ ...item, at })).filter(item => item.kind === kind) }))
            .filter(({ of }) => of.length > 0)
            .map(({ kind, of }) => (
              <ListBoxSection key={kind} id={kind}>
                <Header className={styles.kind!}>{say(`suggest.${kind}` as TextKey)}</Header>
                {of.map(({ at, value, titles }) => (
                  <ListBoxItem key={at} id={String(at)} textValue={value} className={`${options.item} ${styles.item}`}>
                    <span dir="auto">{value}</span>
                    {kind === 'title' ? null : <small>{number(titles)}</small>}
                  </ListBoxItem>
                ))}
              </ListBoxSection>
            ))}
        </ListBox>
      </Popover>
    </ComboBox>
  )
}
