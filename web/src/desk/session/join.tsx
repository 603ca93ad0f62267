// The link of a group that is listed nowhere: who has logged in joins it. The code stands behind the # of the address and is taken out of it at once.
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Head, useInstallation } from '../../app/room.tsx'
import { taken } from '../../shared/api.ts'
import { Button, Fault } from '../parts/controls.tsx'
import { useSay } from '../texts.ts'
import { useCode } from './links.tsx'
import { useApi } from './session.ts'
import styles from './log-in.module.css'

export function JoinPage() {
  const say = useSay()
  const api = useApi()
  const { name } = useInstallation()
  const code = useCode()
  const join = useMutation({ mutationFn: () => taken(api.POST('/api/v1/users/me/groups', { body: { code } })) })
  return (
    <main className={styles.page}>
      <Head title={say('join.title')} noIndex />
      <section className={styles.card}>
        <p className={styles.house}>{name}</p>
        <h1>{say('join.title')}</h1>
        {join.isSuccess ? (
          <div className={styles.form}>
            <p role="status">{say('join.done', { name: join.data.name })}</p>
            <Link to="/desk">{say('join.on')}</Link>
          </div>
        ) : (
          <div className={styles.form}>
            <p>{say('join.text')}</p>
            {join.error ? <Fault error={join.error} /> : null}
            <Button kind="primary" autoFocus isBusy={join.isPending} onPress={() => join.mutate()}>
              {say('join.go')}
            </Button>
          </div>
        )}
      </section>
    </main>
  )
}
