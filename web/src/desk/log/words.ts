// Entries of the log as people say them; kinds that have no words of their own stay as the service names them.
import { type DeskKey, useSay } from '../texts.ts'

const actions = new Set([
  'create', 'change', 'import', 'release', 'hide', 'bin', 'restore', 'move', 'undo', 'paginate', 'purge', 'answer', 'assign', 'close', 'reopen', 'report',
  'delete', 'set', 'replace', 'add', 'remove', 'restore-version', 'change-many', 'add-pages', 'take-from-catalogue', 'tag', 'split', 'merge', 'sort',
  'save-structure', 'mark-regions', 'rights', 'restore-text', 'replace-mods', 'repair', 'reorder-files', 'reorder', 'renew-secret', 'add-identifier', 'remove-identifier',
  'assign-identifiers', 'add-files', 'change-file', 'remove-file', 'recognise-text', 'put-picture', 'delete-picture', 'put-master', 'put-alto', 'play',
  'capsule', 'free-masters', 'fetch-masters', 'password-link', 'password-by-link', 'log-in', 'log-in-failed', 'key-create', 'key-revoke', 'identity-add', 'identity-remove', 'end-loan',
  'edit-image', 'correct-lines', 'correct-text', 'remove-correction', 'copy', 'link', 'retype', 'choose-titlepage', 'state', 'comment',
])
export const entities = ['operation', 'node', 'title', 'page', 'domain', 'import', 'harvest', 'job', 'option', 'tag', 'transition', 'note', 'order', 'user', 'group'] as const
const known = new Set<string>(entities)

export function useLogWords(): (entry: { entity: string; action: string; entityId: number | null }) => string {
  const say = useSay()
  return ({ entity, action, entityId }) => {
    const did = actions.has(action) ? say(`log.action.${action}` as DeskKey) : action
    const what = known.has(entity) ? say(`log.entity.${entity}` as DeskKey) : entity
    return `${what} ${entityId ?? ''} · ${did}`
  }
}
