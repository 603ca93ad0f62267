// The kinds of nodes that a collection can hold, with what may stand below each.
import { useQuery } from '@tanstack/react-query'
import { useFormats } from '../../shared/text.ts'
import { Skeleton } from '../parts/controls.tsx'
import { tableStyle } from '../parts/page.tsx'
import { typesQuery } from '../queries.ts'
import { useApi } from '../session/session.ts'
import { type DeskKey, useSay } from '../texts.ts'
import styles from './collections.module.css'

const datatypes = ['container', 'title', 'structure', 'page'] as const

export function Types() {
  const say = useSay()
  const { typeName } = useFormats()
  const { data } = useQuery(typesQuery(useApi()))
  if (!data) return <Skeleton lines={10} />
  const nameOf = (child: string): string => {
    const [datatype, name] = child.split(':')
    if (child.startsWith('@')) return say('types.every', { kind: say(`datatype.${child.slice(1)}` as DeskKey) })
    const type = data.items.find(each => each.datatype === datatype && each.name === name)
    return type ? typeName(type) : child
  }
  return (
    <>
      <p className={styles.quiet}>{say('types.lead')}</p>
      {datatypes.map(datatype => (
        <div key={datatype} className={styles.scroll} role="region" aria-label={say(`datatype.${datatype}`)} tabIndex={0}>
          <table className={tableStyle}>
            <caption className={styles.caption}>{say(`datatype.${datatype}`)}</caption>
            <thead>
              <tr>
                <th scope="col">{say('tree.type')}</th>
                <th scope="col">{say('types.name')}</th>
                <th scope="col">{say('types.below')}</th>
              </tr>
            </thead>
            <tbody>
              {data.items
                .filter(each => each.datatype === datatype)
                .map(type => (
                  <tr key={type.name}>
                    <td>{typeName(type)}</td>
                    <td>
                      <code>{type.name}</code>
                    </td>
                    <td>{type.children.length === 0 ? '–' : type.children.map(nameOf).join(', ')}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        </div>
      ))}
    </>
  )
}
