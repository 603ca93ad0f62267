// Somebody by name: a field that finds users as one types, or some of those who are given.
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { ComboBox, FieldError, Input, Label, ListBox, ListBoxItem, Popover, Text } from 'react-aria-components'
import { taken } from '../../shared/api.ts'
import options from '../../shared/components/option-list.module.css'
import { useApi } from '../session/session.ts'
import { useSay } from '../texts.ts'
import { fieldStyle } from './controls.tsx'
import styles from './person.module.css'

export interface Person {
  readonly id: string
  readonly name: string
}

export function PersonField(props: {
  readonly label: string
  readonly chosen: Person | undefined
  readonly onChoose: (person: Person | undefined) => void
  readonly fault?: string | undefined
  /** Whom to choose among; without, everybody who has an account */
  readonly among?: readonly { readonly id: string; readonly name: string | null }[] | undefined
}) {
  const say = useSay()
  const api = useApi()
  const [words, setWords] = useState(props.chosen?.name ?? '')
  const [asked, setAsked] = useState(words)
  useEffect(() => {
    const timer = setTimeout(() => setAsked(words.trim()), 150)
    return () => clearTimeout(timer)
  }, [words])
  const found = useQuery({
    queryKey: ['users', 'find', asked],
    enabled: props.among === undefined,
    placeholderData: before => before,
    queryFn: () => taken(api.GET('/api/v1/users', { params: { query: { limit: 8, ...(asked ? { q: asked } : {}) } } })),
  })
  const all: readonly (Person & { readonly more: string })[] = props.among?.map(({ id, name }) => ({ id, name: name ?? id, more: '' })) ?? (found.data?.items ?? []).map(({ id, name, login, affiliation }) => ({ id, name, more: login ?? affiliation ?? '' }))
  // whoever types faster than is found chooses among those who fit, not the first of the list before
  const isOld = props.among !== undefined || found.isPlaceholderData || asked !== words.trim()
  const wanted = words.trim().toLowerCase()
  const items = isOld ? all.filter(({ name, more }) => `${name} ${more}`.toLowerCase().includes(wanted)) : all
  return (
    <ComboBox
      className={fieldStyle}
      items={items}
      inputValue={words}
      onInputChange={setWords}
      selectedKey={props.chosen?.id ?? null}
      onSelectionChange={key => {
        const person = items.find(({ id }) => id === key)
        if (person) setWords(person.name)
        props.onChoose(person)
      }}
      menuTrigger="focus"
      allowsEmptyCollection
      isInvalid={props.fault !== undefined}
      validationBehavior="aria"
    >
      <Label>{props.label}</Label>
      <Input autoComplete="off" />
      {props.fault === undefined ? null : <FieldError>{props.fault}</FieldError>}
      <Popover className={`${options.list} ${styles.list}`} offset={4}>
        <ListBox renderEmptyState={() => <p className={options.none}>{found.error ? found.error.message : say('people.none')}</p>}>
          {(item: (typeof items)[number]) => (
            <ListBoxItem id={item.id} textValue={item.name} className={`${options.item} ${styles.item}`}>
              <Text slot="label">{item.name}</Text>
              {item.more ? <Text slot="description">{item.more}</Text> : null}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  )
}
