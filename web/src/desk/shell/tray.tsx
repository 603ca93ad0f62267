import { classNames } from '../parts/class-names.ts'
import { Link } from '@tanstack/react-router'
import { LoaderCircle, Undo2 } from 'lucide-react'
import { Button as AriaButton, Dialog, DialogTrigger, Popover, ProgressBar } from 'react-aria-components'
import { useFormats } from '../../shared/text.ts'
import { Button } from '../parts/controls.tsx'
import { type DeskKey, useSay } from '../texts.ts'
import { canUndo, useOperations } from './operations.ts'
import { type Job, useWork } from './work.ts'
import sheet from './tray.module.css'

const styles = classNames(sheet)

const named = new Set(['imports.run', 'tree.batch', 'titles.batch', 'images.ingest', 'images.refresh', 'harvest', 'search.rebuild',
  'pagecount', 'order-date', 'fields', 'jobs.tidy', 'access.anonymise', 'fixity.check', 'fixity.repair', 'stores.move', 'capsule.make', 'capsule.verify', 'capsule.free',
  'capsule.fetch', 'texts.recognise', 'bin.purge'])

/** What a job does, in words; kinds that nobody meets every day by their name. */
export function useJobName(): (kind: string) => string {
  const say = useSay()
  return kind => (named.has(kind) ? say(`job.${kind}` as DeskKey) : kind)
}

function Progress({ job }: { readonly job: Job }) {
  const nameOf = useJobName()
  const { number } = useFormats()
  const name = nameOf(job.kind)
  return (
    <li className={styles.job}>
      <span>{name}</span>
      <span className={styles.count}>
        {job.total === null ? number(job.done) : `${number(job.done)} / ${number(job.total)}`}
      </span>
      <ProgressBar
        aria-label={name}
        {...(job.total === null ? { isIndeterminate: true } : { value: job.done, maxValue: Math.max(1, job.total) })}
        className={styles.bar}
      >
        {({ percentage }) => <span style={{ width: `${percentage ?? 30}%` }} />}
      </ProgressBar>
    </li>
  )
}

/** Running work and the last operations; it stays where pages come and go. */
export function Tray() {
  const say = useSay()
  const { running, waiting, isAllowed } = useWork()
  const { operations, undo } = useOperations()
  const open = running.length + waiting.length
  return (
    <DialogTrigger>
      <AriaButton className={styles.button}>
        {open > 0 ? <LoaderCircle size={18} className={styles.turning} aria-hidden /> : <Undo2 size={18} aria-hidden />}
        <span>{open > 0 ? say('tray.running', { count: open }) : say('tray.idle')}</span>
      </AriaButton>
      <Popover placement="right bottom" className={styles.popover}>
        <Dialog aria-label={say('tray.title')} className={styles.panel}>
          {isAllowed ? (
            <section>
              <h2>{say('tray.work')}</h2>
              {open === 0 ? <p className={styles.none}>{say('tray.nothing')}</p> : null}
              <ul className={styles.list}>
                {[...running, ...waiting].slice(0, 8).map(job => (
                  <Progress key={job.id} job={job} />
                ))}
              </ul>
              <Link to="/desk/jobs">{say('tray.all')}</Link>
            </section>
          ) : null}
          <section>
            <h2>{say('tray.last')}</h2>
            {operations.length === 0 ? <p className={styles.none}>{say('tray.noOperations')}</p> : null}
            <ul className={styles.list}>
              {operations.slice(0, 8).map(each => (
                <li key={each.at} className={styles.operation}>
                  <span className={each.isUndone ? styles.undone : undefined}>{each.text}</span>
                  {canUndo(each) ? (
                    <Button kind="quiet" onPress={() => void undo(each)}>
                      {say('undo.go')}
                    </Button>
                  ) : null}
                </li>
              ))}
            </ul>
          </section>
        </Dialog>
      </Popover>
    </DialogTrigger>
  )
}
