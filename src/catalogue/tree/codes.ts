import { codes } from '../../codes.ts'

export const states = codes({ hidden: 0, released: 1 })
export const delStates = codes({ present: 0, binned: 1 })
