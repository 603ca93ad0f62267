// A person of the record found in the authority file: namesakes are told apart by their years and what they did; Enter takes the one that is marked.
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Autocomplete, Input, Menu, MenuItem, SearchField, Text } from 'react-aria-components'
import { type Api, type Schemas, taken } from '../../shared/api.ts'
import { classNames } from '../parts/class-names.ts'
import { Dialog, Fault } from '../parts/controls.tsx'
import { useApi } from '../session/session.ts'
import { useSay } from '../texts.ts'
import type { Person } from './record.ts'
import sheet from './authority.module.css'

const styles = classNames(sheet)
const pause = 250

type Authority = Schemas['AuthorityList']['items'][number]

/** Which authority file this installation asks, or null. */
export const authorityFileQuery = (api: Api) =>
  queryOptions({
    queryKey: ['authorities'],
    staleTime: Infinity,
    queryFn: async () => (await taken(api.GET('/api/v1/authorities', { params: { query: {} } }))).provider,
  })

export const nameOf = ({ family, given }: Person): string => [family, given].filter(Boolean).join(', ')

/** The name stays as the book has it; a person without one gets that of the authority file. */
export const linked = (person: Person, found: Authority): Person => ({
  ...person,
  ...(nameOf(person) === '' ? { family: found.family, given: found.given } : {}),
  authority: found.uri,
})

export function LookUp(props: { readonly person: Person; readonly onChosen: (found: Authority) => void; readonly onClose: () => void }) {
  const say = useSay()
  const api = useApi()
  const name = nameOf(props.person)
  const [words, setWords] = useState(name)
  const [asked, setAsked] = useState(name)
  useEffect(() => {
    const timer = setTimeout(() => setAsked(words.trim()), pause)
    return () => clearTimeout(timer)
  }, [words])
  const found = useQuery({
    queryKey: ['authorities', asked],
    enabled: asked.length > 1,
    staleTime: 60_000,
    placeholderData: keepPreviousData,
    queryFn: () => taken(api.GET('/api/v1/authorities', { params: { query: { q: asked } } })),
  })
  const isOld = found.isPlaceholderData || asked !== words.trim()
  // what was found for other words is not taken by mistake
  const told = isOld || asked.length < 2 ? undefined : found.data
  const items = told?.items ?? []
  return (
    <Dialog title={say('authority.title', { name: name || say('authority.nameless') })} isOpen isWide onClose={props.onClose}>
      <div className={styles.find}>
        <Autocomplete inputValue={words} onInputChange={setWords}>
          <SearchField aria-label={say('authority.field')} className={styles.field} autoFocus>
            <Input placeholder={say('authority.hint')} />
          </SearchField>
          {found.error && !isOld ? (
            <Fault error={found.error} />
          ) : (
            <Menu
              aria-label={say('authority.title', { name })}
              className={styles.list}
              onAction={key => {
                const chosen = items.find(({ uri }) => uri === key)
                if (chosen) props.onChosen(chosen)
              }}
              renderEmptyState={() => (
                <p className={styles.none} role="status">
                  {words.trim().length < 2 ? say('authority.begin') : isOld || found.isFetching ? say('authority.looking') : say('authority.none')}
                </p>
              )}
            >
              {items.map(each => (
                <MenuItem key={each.uri} id={each.uri} textValue={each.name} className={styles.item}>
                  <Text slot="label" className={styles.line}>
                    <span className={styles.name} dir="auto">
                      {each.name}
                    </span>{' '}
                    <span className={styles.soft}>{each.dates}</span> <code>{each.identifier}</code>{' '}
                    {items.some(({ provider }) => provider !== each.provider) ? <span className={styles.soft}>{each.provider.toUpperCase()} </span> : null}
                    <span className={styles.about}>{each.about.slice(0, 4).join(' · ')}</span>
                  </Text>
                </MenuItem>
              ))}
            </Menu>
          )}
        </Autocomplete>
        {told?.failed.map(({ provider, detail }) => (
          <p key={provider} className={styles.none} role="status" title={detail}>
            {say('authority.failed', { provider: provider.toUpperCase() })}
          </p>
        ))}
      </div>
    </Dialog>
  )
}
