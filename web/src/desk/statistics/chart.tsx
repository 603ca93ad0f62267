// Columns over time. Each figure stands in the table below, too; the picture is for the eye alone.
import { useFormats } from '../../shared/text.ts'
import styles from './statistics.module.css'

const height = 160

export function Chart(props: { readonly columns: readonly { readonly key: string; readonly name: string; readonly value: number }[]; readonly label: string }) {
  const { number } = useFormats()
  const { columns } = props
  const most = Math.max(1, ...columns.map(({ value }) => value))
  const width = 1000
  const step = width / Math.max(1, columns.length)
  return (
    <figure className={styles.chart}>
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={props.label}>
        {columns.map(({ key, name, value }, at) => {
          const size = (value / most) * height
          return (
            <rect key={key} x={at * step + step * 0.1} width={step * 0.8} y={height - size} height={size}>
              <title>{`${name}: ${number(value)}`}</title>
            </rect>
          )
        })}
      </svg>
      <figcaption>
        <span>{columns[0]?.name}</span>
        <span>{columns.length > 1 ? columns.at(-1)?.name : null}</span>
      </figcaption>
    </figure>
  )
}
