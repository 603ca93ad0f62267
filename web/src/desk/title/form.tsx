// The record as cataloguers think of it, in groups.
import { Plus, UserSearch, X } from 'lucide-react'
import { memo } from 'react'
import { Button, Choice, Field, IconButton } from '../parts/controls.tsx'
import { useSay } from '../texts.ts'
import { nameOf } from './authority.tsx'
import { asAuthority, type FieldName, type Person, type Values } from './record.ts'
import styles from './title.module.css'

const groups = [
  ['title', ['nonSort', 'title', 'subTitle', 'partNumber', 'partName']],
  ['publication', ['place', 'publisher', 'date', 'edition']],
  ['description', ['language', 'extent', 'abstract', 'note']],
  ['copy', ['physicalLocation', 'shelfLocator']],
] as const satisfies readonly (readonly [string, readonly FieldName[]])[]

const roles = ['aut', 'edt', 'trl', 'ill', 'prt', 'pbl', 'ctb', 'cmp', 'dte', 'egr'] as const

const noPerson: Person = { family: '', given: '', role: 'aut', authority: '' }

type OnField = (name: FieldName, value: string) => void
/** Undefined where no authority file is asked */
type OnLookUp = (at: number) => void
type OnPerson = (at: number, person: Person | undefined) => void

/** A letter draws its own field anew, and no other. */
const RecordField = memo(function RecordField(props: { readonly name: FieldName; readonly value: string; readonly isReadOnly: boolean; readonly onField: OnField }) {
  const say = useSay()
  const { name, value } = props
  return (
    <div className={styles[name] ?? ''}>
      <Field
        label={say(`field.${name}`)}
        value={value}
        isReadOnly={props.isReadOnly}
        // who opens a record most often corrects its title; on a touch screen the keyboard would cover it
        autoFocus={name === 'title' && !props.isReadOnly && matchMedia('(pointer: fine)').matches}
        {...(name === 'title' && value === '' ? { fault: say('title.noTitle') } : {})}
        onChange={text => props.onField(name, text)}
      />
    </div>
  )
})

const PersonRow = memo(
  function PersonRow(props: {
    readonly at: number
    readonly person: Person
    readonly isReadOnly: boolean
    readonly onPerson: OnPerson
    readonly onLookUp: OnLookUp | undefined
  }) {
    const say = useSay()
    const { at, person, isReadOnly, onLookUp } = props
    const set = (part: Partial<Person>) => props.onPerson(at, { ...person, ...part })
    return (
      <li>
        <Field label={say('person.family')} value={person.family} isReadOnly={isReadOnly} onChange={family => set({ family })} />
        <Field label={say('person.given')} value={person.given} isReadOnly={isReadOnly} onChange={given => set({ given })} />
        <Choice label={say('person.role')} value={person.role} disabled={isReadOnly} onChange={event => set({ role: event.target.value })}>
          {[...new Set(['', person.role, ...roles])].map(role => (
            <option key={role} value={role}>
              {roles.some(each => each === role) ? say(`role.${role as (typeof roles)[number]}`) : role}
            </option>
          ))}
        </Choice>
        <Field
          label={say('person.authority')}
          value={person.authority}
          isReadOnly={isReadOnly}
          onChange={authority => set({ authority: asAuthority(authority) })}
        />
        {isReadOnly || !onLookUp ? null : (
          <IconButton label={say('authority.find', { name: nameOf(person) || say('authority.nameless') })} onPress={() => onLookUp(at)}>
            <UserSearch size={16} aria-hidden />
          </IconButton>
        )}
        {isReadOnly ? null : (
          <IconButton label={say('person.remove', { name: person.family })} onPress={() => props.onPerson(at, undefined)}>
            <X size={16} aria-hidden />
          </IconButton>
        )}
      </li>
    )
  },
  // the record is read anew with each letter: its persons are others and say the same
  ({ person: one, ...before }, { person: other, ...after }) =>
    before.at === after.at &&
    before.isReadOnly === after.isReadOnly &&
    before.onPerson === after.onPerson &&
    before.onLookUp === after.onLookUp &&
    one.family === other.family &&
    one.given === other.given &&
    one.role === other.role &&
    one.authority === other.authority,
)

export function Form(props: {
  readonly values: Values
  readonly isReadOnly: boolean
  readonly onField: OnField
  readonly onPerson: OnPerson
  readonly onLookUp: OnLookUp | undefined
}) {
  const say = useSay()
  const { values, isReadOnly } = props
  const fieldsOf = (names: readonly FieldName[]) =>
    names.map(name => <RecordField key={name} name={name} value={values.fields[name]} isReadOnly={isReadOnly} onField={props.onField} />)
  return (
    <form className={styles.form} onSubmit={event => event.preventDefault()}>
      <fieldset>
        <legend>{say('title.group.title')}</legend>
        <div className={styles.fields}>{fieldsOf(groups[0][1])}</div>
      </fieldset>
      <fieldset>
        <legend>{say('title.group.persons')}</legend>
        <ul className={styles.persons}>
          {values.persons.map((person, at) => (
            <PersonRow key={at} at={at} person={person} isReadOnly={isReadOnly} onPerson={props.onPerson} onLookUp={props.onLookUp} />
          ))}
        </ul>
        {isReadOnly ? null : (
          <Button kind="quiet" onPress={() => props.onPerson(values.persons.length, noPerson)}>
            <Plus size={16} aria-hidden />
            {say('person.add')}
          </Button>
        )}
      </fieldset>
      {groups.slice(1).map(([group, names]) => (
        <fieldset key={group}>
          <legend>{say(`title.group.${group}`)}</legend>
          <div className={styles.fields}>{fieldsOf(names)}</div>
        </fieldset>
      ))}
    </form>
  )
}
