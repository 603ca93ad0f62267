import type { KeptTable } from '../../system/log/index.ts'
import { pageStates } from './codes.ts'
import { archivePutBack } from './freed.ts'

/** What OPR_PageHistory keeps of a page: label, remark, and its master with all that follows from the file. */
export const keptPages: KeptTable = {
  table: 'OPR_Page',
  prefix: 'OP',
  key: 'OT_ID',
  history: 'OPR_PageHistory',
  historyPrefix: 'OPH',
  hasBlobs: true,
  afterwards: archivePutBack,
  // the file was freed or brought back meanwhile: an undo neither brings nor frees it
  derived: (before, after) =>
    before['master'] === after['master'] &&
    [before['masterState'], after['masterState']].includes(pageStates.of('deletedAfterExport'))
      ? ['masterState']
      : [],
  columns: {
    ident: 'Ident',
    comment: 'Comment',
    modifiedAt: 'ModificationTimestamp',
    paginationCaption: 'PaginationCaption',
    paginationType: 'PaginationType',
    paginationValue: 'PaginationValue',
    hashsum: 'Hashsum',
    master: 'Url',
    masterState: 'State',
    profile: 'OIP_ID',
    width: 'ImgWidth',
    height: 'ImgHeight',
    scannedAt: 'ImgDateTime',
    scanName: 'ImgPageName',
    filesize: 'Filesize',
  },
}
