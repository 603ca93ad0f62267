import { useAddress } from '../../app/room.tsx'
import styles from './cover.module.css'

/** The picture that stands for a title; its place is kept before it comes. */
export function Cover(props: { readonly id: number; readonly width?: 128 | 304 | 600; readonly isFirst?: boolean; readonly alt?: string }) {
  const at = useAddress()
  const width = props.width ?? 304
  return (
    <span className={styles.cover}>
      <img
        src={at(`/titlepage/${props.id}/${width}`)}
        alt={props.alt ?? ''}
        width={width}
        height={Math.round(width * 1.42)}
        decoding="async"
        {...(props.isFirst ? { fetchPriority: 'high' as const } : { loading: 'lazy' as const })}
      />
    </span>
  )
}
