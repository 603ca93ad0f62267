// A field to search with. It stands in a form that works without scripts; who begins to type gets suggestions, whose code is loaded then.
import { type ComponentType, useRef, useState } from 'react'
import type { SuggestFieldProps } from './suggest-field.tsx'

export interface SearchFieldProps {
  readonly label: string
  readonly asked?: string | undefined
  /** Name of a collection whose titles alone are suggested */
  readonly domain?: string | undefined
}

export function SearchField(props: SearchFieldProps) {
  const field = useRef<HTMLInputElement>(null)
  const [suggesting, setSuggesting] = useState<{ readonly Field: ComponentType<SuggestFieldProps>; readonly from: SuggestFieldProps['from'] }>()
  const wake = async (): Promise<void> => {
    const loaded = await import('./suggest-field.tsx').catch(() => undefined)
    const plain = field.current
    // what was typed meanwhile goes with it, and so does the place of the cursor
    if (loaded && plain)
      setSuggesting({
        Field: loaded.SuggestField,
        from: { value: plain.value, start: plain.selectionStart, end: plain.selectionEnd, hasFocus: document.activeElement === plain },
      })
  }
  return suggesting ? (
    <suggesting.Field {...props} from={suggesting.from} />
  ) : (
    <input
      ref={field}
      type="search"
      name="q"
      defaultValue={props.asked}
      required
      maxLength={1000}
      autoComplete="off"
      placeholder={props.label}
      aria-label={props.label}
      onFocus={() => void wake()}
    />
  )
}
