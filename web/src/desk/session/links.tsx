// Pages that one-time links lead to: the first administrator, a new password, an e-mail address. The code stands behind the # of the address
// and is taken out of it at once.
import { Link, useLocation, useNavigate } from '@tanstack/react-router'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { Head, useInstallation } from '../../app/room.tsx'
import { ApiProblem, taken } from '../../shared/api.ts'
import { Button, Field } from '../parts/controls.tsx'
import { useSay } from '../texts.ts'
import { useApi, useSession } from './session.ts'
import styles from './log-in.module.css'

type Kind = 'welcome' | 'password' | 'confirm'

/** What the address asks for; undefined at all other pages of the desk. */
export function useLinkKind(): Kind | undefined {
  const { pathname } = useLocation()
  return (['welcome', 'password', 'confirm'] as const).find(kind => pathname.endsWith(`/desk/${kind}`))
}

/** The code of the link, remembered here and removed from the address. */
export function useCode(): string {
  const code = useRef(typeof location === 'undefined' ? '' : location.hash.slice(1))
  useEffect(() => {
    if (location.hash !== '') history.replaceState(history.state, '', location.pathname)
  }, [])
  return code.current
}

export function LinkPage({ kind }: { readonly kind: Kind }) {
  const say = useSay()
  const api = useApi()
  const { name } = useInstallation()
  const { enter } = useSession()
  const navigate = useNavigate()
  const code = useCode()
  const [fault, setFault] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const [isDone, setDone] = useState(false)

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (field: string) => String(form.get(field) ?? '')
    setBusy(true)
    setFault(undefined)
    try {
      if (kind === 'welcome') {
        enter(
          await taken(
            api.POST('/api/v1/welcome', {
              body: { code, name: text('name').trim(), login: text('login').trim(), password: text('password') },
            }),
          ),
        )
        await navigate({ to: '/desk' })
        return
      }
      if (kind === 'password')
        await taken(api.POST('/api/v1/password', { body: { code, password: text('password') } }))
      else await taken(api.POST('/api/v1/confirmation', { body: { code } }))
      setDone(true)
    } catch (error) {
      setFault(
        error instanceof ApiProblem && error.status === 0
          ? say('problem.offline')
          : error instanceof Error
            ? error.message
            : say('problem.unknown'),
      )
    }
    setBusy(false)
  }
  return (
    <main className={styles.page}>
      <Head title={say(`link.${kind}.title`)} noIndex />
      <section className={styles.card}>
        <p className={styles.house}>{name}</p>
        <h1>{say(`link.${kind}.title`)}</h1>
        {isDone ? (
          <p>
            {say(`link.${kind}.done`)} <Link to="/desk">{say('logIn.title')}</Link>
          </p>
        ) : (
          <form className={styles.form} onSubmit={event => void submit(event)}>
            <p>{say(`link.${kind}.text`)}</p>
            {kind === 'welcome' ? (
              <>
                <Field label={say('link.name')} name="name" autoComplete="name" isRequired />
                <Field label={say('link.login')} name="login" autoComplete="username" isRequired />
              </>
            ) : null}
            {kind === 'confirm' ? null : (
              <Field
                label={say('link.newPassword')}
                name="password"
                type="password"
                autoComplete="new-password"
                isRequired
              />
            )}
            {fault ? (
              <p role="alert" className={styles.fault}>
                {fault}
              </p>
            ) : null}
            <Button kind="primary" type="submit" isBusy={isBusy}>
              {say(`link.${kind}.go`)}
            </Button>
          </form>
        )}
      </section>
    </main>
  )
}
