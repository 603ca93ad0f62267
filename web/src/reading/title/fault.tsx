// The way to tell what is wrong with a title; only where scripts run, as it needs them.
import { lazy, Suspense, useEffect, useState } from 'react'
import type { ReadingObject } from '../../shared/api.ts'
import { useText } from '../../shared/text.ts'

const Form = lazy(() => import('../../shared/components/fault.tsx').then(({ FaultForm }) => ({ default: FaultForm })))

export function ReportFault({ object }: { readonly object: ReadingObject }) {
  const say = useText()
  const [isReady, setReady] = useState(false)
  const [isOpen, setOpen] = useState(false)
  useEffect(() => setReady(true), [])
  if (!object.takesFaults || !isReady) return null
  return (
    <section>
      <details open={isOpen} onToggle={event => setOpen(event.currentTarget.open)}>
        <summary>{say('fault.title')}</summary>
        {isOpen ? (
          <Suspense fallback={null}>
            <Form places={[{ id: object.id, name: object.datatype === 'structure' ? object.caption : object.title.title }]} />
          </Suspense>
        ) : null}
      </details>
    </section>
  )
}
