import { codes } from '../../codes.ts'

/** OPK_State */
export const packStates = codes({ wanted: 0, made: 1, refused: 2 })
