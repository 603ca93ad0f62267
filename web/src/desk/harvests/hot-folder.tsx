// The hot folder: what lies in it, by collection, and how a delivery gets in.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useFormats } from '../../shared/text.ts'
import { Fault, Skeleton, Tag } from '../parts/controls.tsx'
import { numberStyle, tableStyle } from '../parts/page.tsx'
import { useApi } from '../session/session.ts'
import { useSay } from '../texts.ts'
import { hotFolderQuery } from './queries.ts'
import styles from './harvests.module.css'

export function HotFolder() {
  const say = useSay()
  const { number } = useFormats()
  const asked = useQuery(hotFolderQuery(useApi()))
  const hot = asked.data
  return (
    <section className={styles.hot} aria-labelledby="hot">
      <h2 id="hot">{say('hot.title')}</h2>
      {asked.error ? <Fault error={asked.error} again={say('again')} onAgain={() => void asked.refetch()} /> : null}
      {asked.isPending ? <Skeleton lines={4} /> : null}
      {!hot ? null : !hot.isOn ? (
        <p className={styles.quiet}>{say('hot.off')}</p>
      ) : !hot.isThere ? (
        <p className={styles.bad}>{say('hot.gone', { folder: hot.folder ?? '' })}</p>
      ) : (
        <>
          <p className={styles.quiet}>
            {say('hot.lead', { folder: hot.folder ?? '', seconds: hot.everySeconds })}{' '}
            {hot.marker === null ? say('hot.quiet', { seconds: hot.quietSeconds }) : say('hot.marker', { marker: hot.marker })}{' '}
            {hot.release ? say('hot.release') : null}
          </p>
          {hot.domains.length === 0 ? (
            <p className={styles.quiet}>{say('hot.none')}</p>
          ) : (
            <div className={styles.scroll} role="region" aria-labelledby="hot" tabIndex={0}>
              <table className={tableStyle}>
                <thead>
                  <tr>
                    <th>{say('hot.folder')}</th>
                    <th className={numberStyle}>{say('hot.waiting')}</th>
                    <th className={numberStyle}>{say('hot.running')}</th>
                    <th className={numberStyle}>{say('hot.done')}</th>
                    <th className={numberStyle}>{say('hot.failed')}</th>
                  </tr>
                </thead>
                <tbody>
                  {hot.domains.map(each => (
                    <tr key={each.name}>
                      <td>
                        {each.domainId === null ? (
                          <>
                            {each.name} <Tag tone="warn">{say('hot.unknown')}</Tag>
                          </>
                        ) : (
                          <Link to="/desk/tree" search={{ domain: each.name }}>
                            {each.caption ?? each.name}
                          </Link>
                        )}
                      </td>
                      <td className={numberStyle}>{number(each.waiting)}</td>
                      <td className={numberStyle}>{number(each.running)}</td>
                      <td className={numberStyle}>{number(each.done)}</td>
                      <td className={numberStyle}>{each.failed > 0 ? <span className={styles.bad}>{number(each.failed)}</span> : number(0)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
          <p className={styles.quiet}>
            {say('hot.reports')} <Link to="/desk/imports">{say('place.imports')}</Link>
          </p>
        </>
      )}
    </section>
  )
}
