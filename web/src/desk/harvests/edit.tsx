// A harvest to be made or changed. What it pulls and where to names it and stays; how often, and whether it is released, can be changed.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Checkbox } from 'react-aria-components'
import { ApiProblem, taken } from '../../shared/api.ts'
import { classNames } from '../parts/class-names.ts'
import { Button, Choice, Dialog, DialogFoot, Fault, Field } from '../parts/controls.tsx'
import { domainsQuery } from '../queries.ts'
import { useApi, useMay } from '../session/session.ts'
import { useSay } from '../texts.ts'
import sheet from '../imports/imports.module.css'
import type { Harvest } from './queries.ts'

const styles = classNames(sheet)
const formats = ['mods', 'rawmods', 'mets', 'oai_dc'] as const

export function HarvestDialog(props: { readonly harvest: Harvest | undefined; readonly onClose: () => void; readonly onSaved: (id: number) => void }) {
  const say = useSay()
  const api = useApi()
  const may = useMay()
  const queries = useQueryClient()
  const { harvest } = props
  const domains = useQuery(domainsQuery(api))
  const offered = (domains.data ?? []).filter(({ isSystem }) => !isSystem)
  const [baseUrl, setBaseUrl] = useState('')
  const [set, setSet] = useState('')
  const [format, setFormat] = useState<(typeof formats)[number]>('mods')
  const [chosen, setChosen] = useState('')
  const [every, setEvery] = useState(harvest?.everyHours?.toString() ?? '')
  const [release, setRelease] = useState(harvest?.release ?? false)
  const domain = chosen || offered[0]?.name || ''
  const save = useMutation({
    mutationFn: () => {
      const everyHours = every.trim() === '' ? null : Number(every)
      // who may not release leaves that as it is
      return harvest
        ? taken(api.PATCH('/api/v1/harvests/{id}', { params: { path: { id: harvest.id } }, body: { everyHours, ...(may('release') ? { release } : {}) } }))
        : taken(api.POST('/api/v1/harvests', { body: { baseUrl: baseUrl.trim(), set: set.trim(), metadataPrefix: format, domain, everyHours, release } }))
    },
    onSuccess: async saved => {
      await queries.invalidateQueries({ queryKey: ['harvests'] })
      props.onSaved(saved.id)
    },
  })
  const faultAt = (pointer: string) =>
    save.error instanceof ApiProblem ? save.error.errors.find(each => each.pointer.endsWith(pointer))?.detail : undefined
  const isPlaced = save.error instanceof ApiProblem && save.error.errors.some(({ pointer }) => /baseUrl|everyHours|set$/.test(pointer))
  return (
    <Dialog title={say(harvest ? 'harvests.edit' : 'harvests.new')} isOpen onClose={props.onClose}>
      <form
        className={styles.delivery}
        onSubmit={event => {
          event.preventDefault()
          save.mutate()
        }}
      >
        {harvest ? (
          <p className={styles.wait}>
            {harvest.baseUrl} {harvest.set === '' ? say('harvests.all') : harvest.set}
          </p>
        ) : (
          <>
            <Field
              label={say('harvests.address')}
              description={say('harvests.address.hint')}
              fault={faultAt('/baseUrl')}
              type="url"
              isRequired
              autoFocus
              value={baseUrl}
              onChange={setBaseUrl}
            />
            <Field label={say('harvests.set')} description={say('harvests.set.hint')} fault={faultAt('/set')} value={set} onChange={setSet} />
            <Choice label={say('harvests.format')} value={format} onChange={event => setFormat(event.target.value as typeof format)}>
              {formats.map(each => (
                <option key={each} value={each}>
                  {say(`harvests.format.${each}`)}
                </option>
              ))}
            </Choice>
            <Choice label={say('imports.domain')} value={domain} onChange={event => setChosen(event.target.value)}>
              {offered.map(each => (
                <option key={each.id} value={each.name}>
                  {`${'  '.repeat(each.level)}${each.caption}`}
                </option>
              ))}
            </Choice>
            {offered.length === 0 && domains.data ? <p className={styles.wait}>{say('imports.noDomain')}</p> : null}
          </>
        )}
        <Field
          label={say('harvests.every')}
          description={say('harvests.every.hint')}
          fault={faultAt('/everyHours')}
          inputMode="numeric"
          pattern="[0-9]{1,4}"
          value={every}
          onChange={setEvery}
        />
        {may('release') ? (
          <Checkbox className={styles.check} isSelected={release} onChange={setRelease}>
            <span aria-hidden className={styles.box} />
            {say('imports.release')}
          </Checkbox>
        ) : null}
        {save.error && !isPlaced ? <Fault error={save.error} /> : null}
        <DialogFoot onCancel={props.onClose}>
          <Button kind="primary" type="submit" isDisabled={!harvest && (domain === '' || baseUrl.trim() === '')} isBusy={save.isPending}>
            {say(harvest ? 'harvests.save' : 'harvests.new')}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  )
}
