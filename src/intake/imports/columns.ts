import type { ContentFields } from '../../catalogue/titles/index.ts'
import { readingDirections } from '../../formats/languages/direction.ts'
import type { PlannedTitle } from '../plans/index.ts'

/** What a document tells of a title beside its record, as far as columns have room for it. */
export const columnsOf = (title: PlannedTitle): ContentFields => ({
  ...(title.owner === undefined ? {} : { owner: title.owner.slice(0, 500) }),
  ...(title.provider === undefined ? {} : { provider: title.provider }),
  ...(title.readingDirection === undefined
    ? {}
    : { readingDirection: readingDirections.of(title.readingDirection) }),
  ...(title.presentationUrl === undefined ? {} : { presentationUrl: title.presentationUrl.slice(0, 1000) }),
  ...(title.referenceUrl === undefined ? {} : { referenceUrl: title.referenceUrl.slice(0, 1000) }),
  ...(title.oaiIdent === undefined ? {} : { oaiIdent: title.oaiIdent.slice(0, 250) }),
})
