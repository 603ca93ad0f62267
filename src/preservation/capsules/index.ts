// Capsules: what a title is, packed for centuries. BagIt with METS, MODS, PREMIS, masters and texts for whoever finds it, and its rows for us.
import type { Module } from '../../http/module.ts'
import { checkJob } from './check-kept.ts'
import { checks } from './checks.ts'
import { bringJob, fetchJob, freeJob, makeJob, verifyJob } from './jobs.ts'
import { routes } from './routes.ts'

export { checkKept, type KeptReport } from './check-kept.ts'
export { fetchMasters } from './fetch.ts'
export { freeMasters } from './free.ts'
export { makeAll, type MadeCapsules } from './jobs.ts'
export { makeCapsule } from './make.ts'
export { exportObject, openRoot } from './ocfl.ts'
export { playCapsules } from './play.ts'
export { bagsIn, bagsOf, readCapsule, type ReadCapsule } from './read.ts'
export { list as listCapsules, type Capsule } from './repository.ts'
export { verifyBag } from './verify.ts'
export { verifyCapsules } from './verify-delivered.ts'

export const capsules: Module = {
  name: 'capsules',
  routes,
  checks,
  jobs: {
    'fixity.check': checkJob,
    'capsule.make': makeJob,
    'capsule.verify': verifyJob,
    'capsule.free': freeJob,
    'capsule.fetch': fetchJob,
    'capsule.bring': bringJob,
  },
}
