// A card for each part of the installation: its figures, and what is to be done where one is not as it should be.
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useFormats } from '../../shared/text.ts'
import { Tag } from '../parts/controls.tsx'
import { useAmounts, useMoments } from '../parts/formats.ts'
import { useJobName } from '../shell/tray.tsx'
import { type DeskKey, useSay } from '../texts.ts'
import type { System } from './page.tsx'
import styles from './system.module.css'

interface Props {
  readonly system: System
}

function Card({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={styles.card}>
      <h2>{title}</h2>
      {children}
    </section>
  )
}

function Figures({ of }: { readonly of: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className={styles.figures}>
      {of.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

const knownChecks = new Set(['database', 'archive', 'space', 'fixity'])

export function HealthCard({ system }: Props) {
  const say = useSay()
  return (
    <Card title={say('system.health')}>
      <Figures
        of={Object.entries(system.checks).map(([name, state]) => [
          knownChecks.has(name) ? say(`system.check.${name}` as DeskKey) : name,
          state === 'ok' ? <Tag tone="good">{say('system.ok')}</Tag> : <span className={styles.bad}>{state}</span>,
        ])}
      />
    </Card>
  )
}

export function StorageCard({ system: { storage } }: Props) {
  const say = useSay()
  const { bytes, percent } = useAmounts()
  return (
    <Card title={say('system.storage')}>
      <ul className={styles.disks}>
        {storage.folders.map(({ option, folder, freeBytes, totalBytes }) => {
          const isLow = freeBytes !== null && freeBytes < storage.leastFreeBytes
          const used = freeBytes === null || !totalBytes ? undefined : 1 - freeBytes / totalBytes
          return (
            <li key={option}>
              <span title={folder}>{option}</span>
              <span className={isLow ? styles.bad : ''}>{freeBytes === null ? say('system.unknown') : say('system.free', { bytes: bytes(freeBytes) })}</span>
              {used === undefined ? null : (
                <meter min={0} max={1} value={used} aria-label={say('system.used', { option, share: percent(used) })} className={isLow ? styles.low : ''} />
              )}
            </li>
          )
        })}
      </ul>
      <Figures
        of={[
          [say('system.database'), bytes(storage.databaseBytes)],
          [say('system.cache'), say('system.of', { part: bytes(storage.cacheBytes), whole: bytes(storage.cacheLimitBytes) })],
        ]}
      />
    </Card>
  )
}

export function QueuesCard({ system: { queues } }: Props) {
  const say = useSay()
  const nameOf = useJobName()
  const { number } = useFormats()
  const { duration } = useAmounts()
  return (
    <Card title={say('system.queues')}>
      <Figures
        of={[
          ...queues.jobs.map(({ kind, state, count }) => [`${nameOf(kind)} (${say(`jobs.state.${state}`)})`, number(count)] as const),
          ...(queues.oldestSeconds > 0 ? [[say('system.oldest'), duration(queues.oldestSeconds)] as const] : []),
          [say('system.packs'), number(queues.packs)],
          [say('system.changes'), number(queues.changes)],
          ...(queues.refusedPacks > 0 ? [[say('system.refusedPacks'), <span className={styles.bad}>{number(queues.refusedPacks)}</span>] as const] : []),
        ]}
      />
      <p className={styles.more}>
        <Link to="/desk/jobs">{say('tray.all')}</Link>
      </p>
    </Card>
  )
}

export function IndexCard({ system: { index } }: Props) {
  const say = useSay()
  const { number } = useFormats()
  const { bytes } = useAmounts()
  return (
    <Card title={say('system.index')}>
      {index === null ? (
        <p className={styles.quiet}>{say('system.index.none')}</p>
      ) : (
        <>
          <Figures
            of={[
              [
                say('system.index.state'),
                index.isPartial ? (
                  <Tag tone="warn">{say('system.index.partial')}</Tag>
                ) : index.isCurrent ? (
                  <Tag tone="good">{say('system.index.current')}</Tag>
                ) : (
                  <Tag>{say('system.index.following')}</Tag>
                ),
              ],
              [say('system.index.titles'), number(index.titles)],
              [say('system.index.pages'), number(index.pages)],
              [say('system.size'), bytes(index.bytes)],
            ]}
          />
          {index.isPartial ? <p className={styles.quiet}>{say('system.index.partial.text')}</p> : null}
        </>
      )}
    </Card>
  )
}

const faults = new Set(['missing', 'altered', 'unreadable'])

export function FixityCard({ system: { fixity } }: Props) {
  const say = useSay()
  const { number } = useFormats()
  const { bytes } = useAmounts()
  const { ago, exact } = useMoments()
  const { round } = fixity
  const open = Object.entries(fixity.open).filter(([, count]) => count > 0)
  return (
    <Card title={say('system.fixity')}>
      <Figures
        of={[
          ...(open.length === 0
            ? [[say('system.fixity.findings'), <Tag tone="good">{say('system.fixity.none')}</Tag>] as const]
            : open.map(([fault, count]) => [
                faults.has(fault) ? say(`system.fixity.${fault}` as DeskKey) : fault,
                <span className={styles.bad}>{number(count)}</span>,
              ] as const)),
          ...(round === null
            ? []
            : [
                [say('system.fixity.began'), <span title={exact(round.beganAt)}>{ago(round.beganAt)}</span>] as const,
                [
                  say('system.fixity.round'),
                  round.endedAt === null ? say('system.fixity.goesOn') : <span title={exact(round.endedAt)}>{ago(round.endedAt)}</span>,
                ] as const,
                [say('system.fixity.files'), `${number(round.files)} · ${bytes(round.bytes)}`] as const,
              ]),
        ]}
      />
      {open.length > 0 ? <p className={styles.quiet}>{say('system.fixity.repair')}</p> : null}
      {round === null ? <p className={styles.quiet}>{say('system.fixity.noRound')}</p> : null}
    </Card>
  )
}

export function BackupCard({ system: { backup } }: Props) {
  const say = useSay()
  const { number } = useFormats()
  const { bytes } = useAmounts()
  const { ago, exact } = useMoments()
  return (
    <Card title={say('system.backup')}>
      {backup === null ? (
        <p className={styles.bad}>{say('system.backup.none')}</p>
      ) : (
        <Figures
          of={[
            [say('system.backup.last'), <span title={exact(backup.at)}>{ago(backup.at)}</span>],
            [say('system.backup.files'), `${number(backup.files)} · ${bytes(backup.bytes)}`],
            [say('system.backup.folder'), <code>{`${backup.folder}/${backup.name}`}</code>],
            ...(backup.faults > 0 ? [[say('system.backup.faults'), <span className={styles.bad}>{number(backup.faults)}</span>] as const] : []),
          ]}
        />
      )}
    </Card>
  )
}

export function PoolCard({ system: { pool } }: Props) {
  const say = useSay()
  const { number } = useFormats()
  return (
    <Card title={say('system.pool')}>
      <Figures
        of={[
          [say('system.pool.busy'), say('system.of', { part: number(pool.busy), whole: number(pool.size) })],
          [say('system.pool.waiting'), number(pool.waiting)],
          [say('system.pool.timedOut'), <span className={pool.timedOut > 0 ? styles.bad : ''}>{number(pool.timedOut)}</span>],
          [say('system.pool.failed'), <span className={pool.failed > 0 ? styles.bad : ''}>{number(pool.failed)}</span>],
        ]}
      />
    </Card>
  )
}

export function ProgramCard({ system: { program } }: Props) {
  const say = useSay()
  const { bytes, duration } = useAmounts()
  const { exact } = useMoments()
  return (
    <Card title={say('system.program')}>
      <Figures
        of={[
          ['Firefolio', program.version],
          [say('system.schema'), program.schema],
          ['Firebird', program.engine],
          ['Node.js', `${program.node} · ${program.platform}`],
          [say('system.uptime'), <span title={exact(program.startedAt)}>{duration(program.uptime)}</span>],
          [say('system.memory'), bytes(program.memoryBytes)],
        ]}
      />
    </Card>
  )
}
