import { codes } from '../../codes.ts'

export const kinds = codes({ person: 0, organisation: 1 })
