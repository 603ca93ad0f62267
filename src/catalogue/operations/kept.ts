// The tables whose changes belong to operations: what each keeps is described by its owner.
import type { Right } from '../../http/principal.ts'
import { keptEdits } from '../../images/packs/index.ts'
import type { KeptRows, KeptTable } from '../../system/log/index.ts'
import { keptFiles } from '../attachments/index.ts'
import { keptDomains, keptDomainTags, keptOptions } from '../domains/index.ts'
import { keptNotes } from '../notes/index.ts'
import { keptPages, keptRegions } from '../pages/index.ts'
import { keptTagDefinitions, keptTags } from '../tags/index.ts'
import { keptTexts } from '../texts/index.ts'
import { keptIdentifiers, keptTitles } from '../titles/index.ts'
import { keptTransitions } from '../transitions/index.ts'
import { keptNodes } from '../tree/index.ts'

/** The tables in the order in which they are put back, each with the right that a change of it needs. */
export const tables: readonly { readonly kept: KeptTable; readonly right: Right }[] = [
  { kept: keptNodes, right: 'structure:write' },
  ...keptTitles.map(kept => ({ kept, right: 'meta:write' as const })),
  { kept: keptPages, right: 'page:write' },
  { kept: keptEdits, right: 'page:write' },
  { kept: keptDomains, right: 'domain:write' },
]
export const rowTables: readonly { readonly kept: KeptRows; readonly right: Right }[] = [
  { kept: keptTagDefinitions, right: 'meta:write' },
  { kept: keptTransitions, right: 'domain:write' },
  { kept: keptOptions, right: 'domain:write' },
  { kept: keptDomainTags, right: 'domain:write' },
  { kept: keptIdentifiers, right: 'meta:write' },
  { kept: keptTexts, right: 'text:write' },
  { kept: keptTags, right: 'meta:write' },
  { kept: keptNotes, right: 'meta:write' },
  { kept: keptFiles, right: 'page:write' },
  { kept: keptRegions, right: 'structure:write' },
]

/** What belongs to domains, not to nodes; definitions that hold everywhere belong to none. */
export const isOfDomains = (kept: KeptTable | KeptRows): boolean => kept === keptDomains || 'owner' in kept
