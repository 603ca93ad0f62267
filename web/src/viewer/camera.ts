// Where the reader looks, as it stands in the address: left, top and width of what is seen in parts of the image's width, and the rotation.

export interface Camera {
  readonly x: number
  readonly y: number
  readonly width: number
}

const unit = 10_000

export function readCamera(text: string | undefined): Camera | undefined {
  const [x, y, width] = (text ?? '').split(',').map(Number)
  return x !== undefined && y !== undefined && width !== undefined && [x, y, width].every(Number.isFinite) && width > 0
    ? { x: x / unit, y: y / unit, width: width / unit }
    : undefined
}

export const writeCamera = ({ x, y, width }: Camera): string =>
  [x, y, width].map(value => String(Math.round(value * unit))).join(',')

export const rotations = ['90', '180', '270'] as const
export const readRotation = (text: string | undefined): number => (rotations.some(each => each === text) ? Number(text) : 0)
