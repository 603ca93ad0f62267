// Another type for what is chosen: types of the same kind; what would change is shown after that.
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useFormats } from '../../shared/text.ts'
import { Button, Choice, Dialog, DialogFoot } from '../parts/controls.tsx'
import { type TreeNode, typesQuery } from '../queries.ts'
import { useApi } from '../session/session.ts'
import { useSay } from '../texts.ts'

export function RetypeDialog(props: { readonly nodes: readonly TreeNode[]; readonly onChosen: (type: string, name: string) => void; readonly onClose: () => void }) {
  const say = useSay()
  const { typeName } = useFormats()
  const [first] = props.nodes
  const types = (useQuery(typesQuery(useApi())).data?.items ?? [])
    .filter(({ datatype }) => datatype === first?.datatype)
    .map(each => ({ name: each.name, text: typeName(each) }))
    .sort((a, b) => a.text.localeCompare(b.text))
  const [type, setType] = useState(first?.type ?? '')
  return (
    <Dialog title={say('act.retype')} isOpen onClose={props.onClose}>
      <form
        onSubmit={event => {
          event.preventDefault()
          const chosen = types.find(({ name }) => name === type)
          if (chosen) props.onChosen(chosen.name, chosen.text)
        }}
      >
        <Choice label={say('tree.type')} value={type} autoFocus onChange={event => setType(event.target.value)}>
          {types.map(({ name, text }) => (
            <option key={name} value={name}>
              {text}
            </option>
          ))}
        </Choice>
        <DialogFoot onCancel={props.onClose}>
          <Button kind="primary" type="submit">
            {say('act.preview')}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  )
}
