import { useLocation } from '@tanstack/react-router'
import { useAddress } from '../app/room.tsx'

/** Address of the log-in page that comes back to where the reader is. */
export function useLogIn(): string {
  const at = useAddress()
  const { href } = useLocation()
  return `${at('/log-in')}?next=${encodeURIComponent(at(href))}`
}
