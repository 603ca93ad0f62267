// Entries of the log as people say them; kinds that have no words of their own stay as the service names them.
import { type DeskKey, useSay } from '../texts.ts'

const actions = new Set(['create', 'change', 'import', 'release', 'hide', 'bin', 'restore', 'move', 'undo', 'paginate', 'purge', 'answer', 'assign', 'close', 'reopen', 'report', 'delete'])
export const entities = ['operation', 'node', 'title', 'page', 'domain', 'import', 'harvest', 'job', 'option', 'tag', 'transition', 'note', 'user', 'group'] as const
const known = new Set<string>(entities)

export function useLogWords(): (entry: { entity: string; action: string; entityId: number | null }) => string {
  const say = useSay()
  return ({ entity, action, entityId }) => {
    const did = actions.has(action) ? say(`log.action.${action}` as DeskKey) : action
    const what = known.has(entity) ? say(`log.entity.${entity}` as DeskKey) : entity
    return `${what} ${entityId ?? ''} · ${did}`
  }
}
