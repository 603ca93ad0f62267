import { basename, join } from 'node:path'
import type { Services } from '../../http/module.ts'

/** Folder for the uploads of a request, and for what is unpacked. */
export const uploadFolder = (services: Services, name: string): string =>
  join(services.config.path.var, 'upload', basename(name))
