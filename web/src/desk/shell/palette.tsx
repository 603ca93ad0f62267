// Ctrl-K: to an id, a signature, an identifier, a title; and every action by its name.
import { classNames } from '../parts/class-names.ts'
import { useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useDeferredValue, useEffect, useState } from 'react'
import {
  Autocomplete,
  Dialog,
  Header,
  Input,
  Menu,
  MenuItem,
  MenuSection,
  Modal,
  ModalOverlay,
  SearchField,
  Text,
} from 'react-aria-components'
import { useApi } from '../session/session.ts'
import { useSay } from '../texts.ts'
import { shownShortcut, useAllActions } from './actions.ts'
import { found, inAnyCase } from './find.ts'
import sheet from './palette.module.css'

const styles = classNames(sheet)
/** As many actions as the list shows without being scrolled stand in its first picture, which nobody waits for */
const firstActions = 12

function Choices({ onDone }: { readonly onDone: () => void }) {
  const say = useSay()
  const api = useApi()
  const router = useRouter()
  const actions = useAllActions()
  const [words, setWords] = useState('')
  const [asked, setAsked] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setAsked(words.trim()), 180)
    return () => clearTimeout(timer)
  }, [words])
  const hits = useQuery({
    queryKey: ['palette', asked],
    enabled: asked.length > 1 || /^\d$/.test(asked),
    queryFn: () => found(api, asked),
  })
  const wanted = inAnyCase(words.trim())
  const most = useDeferredValue(Infinity, firstActions)
  const named = actions.filter(({ id, label }) => id !== 'palette' && inAnyCase(label).includes(wanted)).slice(0, most)
  const places = wanted === '' ? [] : (hits.data ?? [])
  const choose = (key: string) => {
    onDone()
    const hit = places.find(({ id }) => `n${id}` === key)
    if (hit) void router.navigate({ to: '/desk/tree', search: { node: String(hit.id) } })
    else
      // the dialog goes first: an action may open another
      setTimeout(() => actions.find(({ id }) => id === key)?.run())
  }
  return (
    <Autocomplete inputValue={words} onInputChange={setWords}>
      <SearchField aria-label={say('palette.title')} className={styles.field} autoFocus>
        <Input placeholder={say('palette.hint')} />
      </SearchField>
      <Menu
        aria-label={say('palette.title')}
        className={styles.list}
        onAction={key => choose(String(key))}
        renderEmptyState={() => <p className={styles.none}>{hits.isFetching ? say('palette.looking') : say('palette.nothing')}</p>}
      >
        {places.length > 0 ? (
          <MenuSection>
            <Header>{say('palette.places')}</Header>
            {places.map(hit => (
              <MenuItem key={`n${hit.id}`} id={`n${hit.id}`} textValue={hit.text} className={styles.item}>
                <Text slot="label" className={styles.line}>
                  <span className={styles.title} dir="auto">
                    {hit.text}
                  </span>{' '}
                  <span className={styles.more}>{hit.more}</span>
                </Text>
              </MenuItem>
            ))}
          </MenuSection>
        ) : null}
        {named.length > 0 ? (
          <MenuSection>
            <Header>{say('palette.actions')}</Header>
            {named.map(({ id, label, shortcut }) => (
              <MenuItem key={id} id={id} textValue={label} className={styles.item}>
                <Text slot="label" className={styles.line}>
                  <span>{label}</span> {shortcut ? <kbd>{shownShortcut(shortcut)}</kbd> : null}
                </Text>
              </MenuItem>
            ))}
          </MenuSection>
        ) : null}
      </Menu>
    </Autocomplete>
  )
}

export function Palette({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const say = useSay()
  return (
    <ModalOverlay
      className={styles.veil}
      isOpen={isOpen}
      isDismissable
      onOpenChange={next => {
        if (!next) onClose()
      }}
    >
      <Modal className={styles.modal}>
        <Dialog aria-label={say('palette.title')} className={styles.dialog}>
          <Choices onDone={onClose} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}
