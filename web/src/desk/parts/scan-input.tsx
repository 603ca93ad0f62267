// Where one scan is chosen among the files of who works here; a button or a key opens it.
import type { RefObject } from 'react'

export function ScanInput(props: { readonly opener: RefObject<HTMLInputElement | null>; readonly label: string; readonly onChosen: (file: File) => void }) {
  return (
    <input
      ref={props.opener}
      type="file"
      accept="image/*,.tif,.tiff,.jp2,.jpx"
      hidden
      aria-label={props.label}
      onChange={event => {
        const file = event.target.files?.[0]
        // the same file may be chosen again
        event.target.value = ''
        if (file) props.onChosen(file)
      }}
    />
  )
}
