import { codes } from '../../codes.ts'

/** OIM_State */
export const importStates = codes({ waiting: 0, running: 1, finished: 2, stopped: 3 })
/** OII_Outcome */
export const outcomes = codes({ waiting: 0, created: 1, updated: 2, unchanged: 3, partial: 4, failed: 5 })
export type Outcome = (typeof outcomes.names)[number]
