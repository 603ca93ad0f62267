// What was typed and is not stored outlives a window that is closed, a connection that is cut and a session that ends: it is kept in this browser.
import { useRef, useState } from 'react'

/** What is kept under a name; undefined where nothing is. */
export function read<Value>(place: string): Value | undefined {
  try {
    const text = localStorage.getItem(place)
    return text === null ? undefined : (JSON.parse(text) as Value)
  } catch {
    return undefined
  }
}
export function write(place: string, value: unknown): void {
  try {
    if (value === undefined) localStorage.removeItem(place)
    else localStorage.setItem(place, JSON.stringify(value))
  } catch {
    // it holds as long as the page
  }
}

/** A text that is being typed; it is forgotten at once where it is set to nothing, also by what closes with it. */
export function useKeptText(place: string) {
  const key = `desk-typed-${place}`
  const [typed, setTyped] = useState(() => ({ key, text: read<string>(key) ?? '' }))
  const text = typed.key === key ? typed.text : (read<string>(key) ?? '')
  const set = (next: string) => {
    write(key, next === '' ? undefined : next)
    setTyped({ key, text: next })
  }
  return [text, set] as const
}

/**
 * Fields that are no form of their own.
 * @param empty what they begin with; a field that is not in it is not taken from what was kept
 */
export function useKeptFields<Fields extends Readonly<Record<string, string | boolean>>>(place: string, empty: Fields) {
  const key = `desk-fields-${place}`
  const [fields, setFields] = useState<Fields>(() => {
    const kept = read<Readonly<Record<string, unknown>>>(key) ?? {}
    const isOf = (name: string) => typeof kept[name] === typeof empty[name]
    return { ...empty, ...Object.fromEntries(Object.entries(kept).filter(([name]) => isOf(name))) }
  })
  return {
    fields,
    set: (changed: Partial<Fields>) => {
      const next = { ...fields, ...changed }
      write(key, next)
      setFields(next)
    },
    /** They stay as they are as long as the page stands. */
    forget: () => write(key, undefined),
  }
}

const fieldsOf = (form: HTMLFormElement): Record<string, string> =>
  Object.fromEntries([...new FormData(form)].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])))

/** The fields of a form that is sent as a whole. */
export function useKeptForm(place: string) {
  const key = `desk-form-${place}`
  const begun = useRef<Readonly<Record<string, string>>>(undefined)
  const [kept, setKept] = useState(() => read<Readonly<Record<string, string>>>(key))
  return {
    isKept: kept !== undefined,
    /** What a field begins with */
    of: (name: string, stored: string): string => kept?.[name] ?? stored,
    begin: (form: HTMLFormElement | null) => {
      if (form) begun.current ??= fieldsOf(form)
    },
    /** What was changed alone: the other fields may be another's by the time they are taken up. */
    keep: (form: HTMLFormElement) => {
      const changed = Object.entries(fieldsOf(form)).filter(([name, value]) => value !== begun.current?.[name])
      write(key, { ...kept, ...Object.fromEntries(changed) })
    },
    drop: () => {
      write(key, undefined)
      setKept(undefined)
    },
  }
}
