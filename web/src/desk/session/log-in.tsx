// Two ways in: name and password for people, a key for whoever sets the installation up.
import { useLocation } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { Head, useAddress, useInstallation } from '../../app/room.tsx'
import { ApiProblem } from '../../shared/api.ts'
import { Button, Field } from '../parts/controls.tsx'
import { useSay } from '../texts.ts'
import { useSession } from './session.ts'
import styles from './log-in.module.css'

export function LogInForm({ hasEnded = false }: { readonly hasEnded?: boolean }) {
  const say = useSay()
  const { logIn, enterKey } = useSession()
  const [way, setWay] = useState<'password' | 'key'>('password')
  const [fault, setFault] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (name: string) => String(form.get(name) ?? '').trim()
    setBusy(true)
    setFault(undefined)
    try {
      await (way === 'password' ? logIn(text('login'), String(form.get('password'))) : enterKey(text('key')))
    } catch (error) {
      const status = error instanceof ApiProblem ? error.status : 500
      setFault(
        status === 401 || (way === 'key' && status === 400)
          ? say(way === 'password' ? 'logIn.wrong' : 'logIn.wrongKey')
          : status === 0
            ? say('problem.offline')
            : error instanceof Error
              ? error.message
              : say('problem.unknown'),
      )
      setBusy(false)
    }
  }
  return (
    <form className={styles.form} onSubmit={event => void submit(event)}>
      {hasEnded ? <p className={styles.note}>{say('logIn.ended')}</p> : null}
      <div role="radiogroup" aria-label={say('logIn.way')} className={styles.ways}>
        {(['password', 'key'] as const).map(each => (
          <label key={each} className={way === each ? styles.chosen : undefined}>
            <input
              type="radio"
              name="way"
              value={each}
              checked={way === each}
              onChange={() => {
                setWay(each)
                setFault(undefined)
              }}
            />
            {say(`logIn.by.${each}`)}
          </label>
        ))}
      </div>
      {way === 'password' ? (
        <>
          <Field label={say('logIn.name')} name="login" autoComplete="username" isRequired key="login" />
          <Field label={say('logIn.password')} name="password" type="password" autoComplete="current-password" isRequired key="password" />
        </>
      ) : (
        <Field
          key="key"
          label={say('logIn.key')}
          name="key"
          type="password"
          autoComplete="off"
          isRequired
          description={say('logIn.keyHint')}
        />
      )}
      {fault ? (
        <p role="alert" className={styles.fault}>
          {fault}
        </p>
      ) : null}
      <Button kind="primary" type="submit" isBusy={isBusy}>
        {say('logIn.go')}
      </Button>
      <Providers />
    </form>
  )
}

/** Ways in that lead elsewhere and come back to where one is. */
function Providers() {
  const say = useSay()
  const at = useAddress()
  const { href } = useLocation()
  const { ways } = useInstallation()
  if (ways.length === 0) return null
  return (
    <nav aria-label={say('logIn.others')} className={styles.others}>
      {ways.map(way => (
        <a key={way.href} href={`${at(way.href)}?next=${encodeURIComponent(at(href))}`}>
          {say('logIn.with', { provider: way.label })}
        </a>
      ))}
    </nav>
  )
}

export function LogInPage() {
  const say = useSay()
  const { name } = useInstallation()
  return (
    <main className={styles.page}>
      <Head title={say('logIn.title')} noIndex />
      <section className={styles.card}>
        <p className={styles.house}>{name}</p>
        <h1>{say('logIn.title')}</h1>
        <LogInForm />
      </section>
    </main>
  )
}
