// Where the title is opened: as its record says, or as a person knows better. Stored at once, for it is no part of the record.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type Schemas, taken } from '../../shared/api.ts'
import { Choice, Fault } from '../parts/controls.tsx'
import { useApi } from '../session/session.ts'
import { batchOf, note } from '../shell/operations.ts'
import { useSay } from '../texts.ts'

const directions = ['left-to-right', 'right-to-left'] as const
type Direction = Schemas['Title']['readingDirection']

export function ReadingDirection({ id, onChanged }: { readonly id: number; readonly onChanged: () => void }) {
  const say = useSay()
  const api = useApi()
  const queries = useQueryClient()
  const path = { id }
  const title = useQuery({
    queryKey: ['titles', 'one', id],
    queryFn: () => taken(api.GET('/api/v1/titles/{id}', { params: { path } })),
  })
  const change = useMutation({
    // what is stored while the record is being typed leaves its text alone, so any version of the title will do
    mutationFn: (readingDirection: Direction) =>
      taken(api.PATCH('/api/v1/titles/{id}', { params: { path, header: { 'if-match': '*' } as never }, body: { readingDirection } })),
    onSuccess: async answer => {
      note({ batch: batchOf(answer), text: say('title.direction.saved') })
      onChanged()
      await queries.invalidateQueries({ predicate: ({ queryKey }) => ['titles', 'tree', 'log'].includes(String(queryKey[0])) && queryKey[1] !== 'mods' })
    },
  })
  if (!title.data) return null
  // what was chosen is shown while it is being stored
  const shown = change.isPending ? change.variables : title.data.readingDirection
  return (
    <>
      <Choice
        label={say('title.direction')}
        value={shown ?? ''}
        onChange={({ target }) => change.mutate(directions.find(each => each === target.value) ?? null)}
      >
        <option value="">{say('title.direction.own')}</option>
        {directions.map(each => (
          <option key={each} value={each}>
            {say(`title.direction.${each}`)}
          </option>
        ))}
      </Choice>
      {change.error ? <Fault error={change.error} /> : null}
    </>
  )
}
