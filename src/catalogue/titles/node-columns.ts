import { selection } from '../../firebird/selection.ts'
/** What a title's document shows of its row in OPR_Tree. */
export const columns = selection([
  'OT_ID as id',
  'OT_OD_ID as domainId',
  'OT_OT_Parent as parentId',
  'OT_RCV_Datatype as datatype',
  'OT_RCV_Type as type',
  'OT_Caption as caption',
  'OT_Sort as sort',
  'OT_DelState as delState',
  'OT_Path as path',
  'OT_State as state',
  'OT_Version as version',
  'OT_InsertTS as createdAt',
  'OT_UpdateTS as updatedAt',
])
