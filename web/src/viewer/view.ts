// How the pages are shown, as it stands in the address: what is missing is as at the beginning.

export const modes = ['one', 'two', 'scroll'] as const
export type Mode = (typeof modes)[number]

export interface Look {
  readonly mode: Mode
  /** Lines of the text can be marked with the mouse */
  readonly isSelectable: boolean
  /** Percent of the room that a page takes when all stand below each other */
  readonly size: number
}

export const percent = (text: string | undefined, least: number, most: number): number => {
  const value = Number(text ?? 100)
  return Number.isFinite(value) ? Math.min(most, Math.max(least, Math.round(value))) : 100
}

export const readLook = (asked: Readonly<Record<string, string | undefined>>): Look => ({
  mode: modes.find(mode => mode === asked['mode']) ?? 'one',
  isSelectable: asked['select'] === '1',
  size: percent(asked['size'], 25, 400),
})

/** A percentage as the address has it; 100 is left out. */
export const writePercent = (value: number): string | undefined => (value === 100 ? undefined : String(value))
