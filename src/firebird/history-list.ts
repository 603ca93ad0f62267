// Which tables have a history, and what it keeps. histories.ts writes them.
export interface History {
  readonly of: string
  readonly table: string
  readonly prefix: string
  readonly comment: string
  /** Columns by which rows are found again: the node, and the row where a node has several */
  readonly keys: readonly string[]
  /** A change of one of these leaves a version */
  readonly watched: readonly string[]
  /** Kept with each version, without leaving one */
  readonly beside?: readonly string[]
  /** A further condition under which a version is left */
  readonly or?: string
  /** Deleted rows leave a version; rows that an undo puts there again leave one that says they were absent */
  readonly deletions?: true
  /** Sentences on columns of the history, by the part of the name behind the prefix */
  readonly comments?: Readonly<Record<string, string>>
}

const parts = (names: string): readonly string[] => names.split(' ')

export const histories: readonly History[] = [
  {
    of: 'OPR_Tree',
    table: 'OPR_TreeHistory',
    prefix: 'OTH',
    comment: 'What a node was before each change.',
    keys: ['ID'],
    watched: parts('OT_Parent Caption Sort RCV_Type State DelState'),
    beside: parts('Batch OD_ID Version'),
    // below the top a node's domain follows from its parent
    or: 'new.OT_OD_ID <> old.OT_OD_ID and new.OT_OT_Parent is null',
    comments: { Version: 'OT_Version of the state kept here', OldBatch: 'OT_Batch of the state kept here' },
  },
  {
    of: 'OPR_Content',
    table: 'OPR_ContentHistory',
    prefix: 'OCH',
    comment: 'What the plain columns of a title were before each change.',
    keys: ['OT_ID'],
    watched: parts(
      'OT_Deliverer OT_Titlepage OT_TitlepageMode SourceIdent Provider Signature ' +
        'PhysicalLocation MediaNumber Owner PageCount SC_OrderDate SC_DeliveryDate ReleaseDate ' +
        'MaxAccessCount ReadingDirection PresentationUrl ReferenceUrl OaiIdent EMail GenerateIdentifier Manual',
    ),
  },
  {
    of: 'OPR_Content',
    table: 'OPR_ContentXmlHistory',
    prefix: 'OCXH',
    comment: 'What the MODS of a title was before each change.',
    keys: ['OT_ID'],
    watched: parts('XML XmlOrigin'),
  },
  {
    of: 'OPR_Content',
    table: 'OPR_Comment',
    prefix: 'OCM',
    comment: 'What the comments of a title were before each change.',
    keys: ['OT_ID'],
    watched: parts('Comment OrgForm WebInfo1'),
  },
  {
    of: 'OPR_Page',
    table: 'OPR_PageHistory',
    prefix: 'OPH',
    comment: 'What a page was before each change of its description or its master.',
    keys: ['OT_ID'],
    watched: parts(
      'Ident Comment ModificationTimestamp PaginationCaption PaginationType PaginationValue ' +
        'Hashsum Url State',
    ),
    beside: parts('OIP_ID ImgWidth ImgHeight ImgDateTime ImgPageName Filesize'),
  },
  {
    of: 'OPR_Fulltext',
    table: 'OPR_FulltextHistory',
    prefix: 'OFH',
    comment: 'What a text of a page was before each change.',
    keys: ['OT_ID', 'OF_ID'],
    watched: parts('Hashsum BoxState OT_ID'),
    beside: parts('Kind Text Url Format Language Confidence Engine Width Height InsertBatch InsertTS'),
    deletions: true,
    comments: {
      Kind: '0 OCR, 1 wiki text, 2 born digital',
      Text: 'Plain text, so that undo needs no file',
      OldInsertTS: 'OF_InsertTS of the state kept here',
      Absent: '1 = there was no such text: an undo put it there again',
    },
  },
  {
    of: 'OPR_Identifier',
    table: 'OPR_IdentifierHistory',
    prefix: 'OIH',
    comment: 'What an identifier was before each change, and those that were taken off.',
    keys: ['OT_ID', 'OI_ID'],
    watched: parts('OT_ID Scheme Value Source RegisteredTS'),
    beside: parts('OD_ID InsertBatch InsertTS'),
    deletions: true,
    comments: {
      OldInsertTS: 'OI_InsertTS of the state kept here',
      Absent: '1 = there was no such identifier: an undo put it there again',
    },
  },
  {
    of: 'OPR_NodeTag',
    table: 'OPR_NodeTagHistory',
    prefix: 'ONTH',
    comment: 'Tags that were taken off a node.',
    keys: ['OT_ID', 'ONT_ID'],
    watched: parts('OT_ID OTG_ID'),
    beside: parts('InsertBatch InsertTS'),
    deletions: true,
    comments: {
      OldInsertTS: 'ONT_InsertTS of the state kept here',
      Absent: '1 = the tag was not set: an undo set it again',
    },
  },
  {
    of: 'OPR_Note',
    table: 'OPR_NoteHistory',
    prefix: 'ONOH',
    comment: 'What a note was before each change, and those that were removed.',
    keys: ['OT_ID', 'ONO_ID'],
    watched: parts('OT_ID Kind Text State PU_ID X Y W H Answers'),
    beside: parts('Origin Author InsertBatch InsertTS'),
    deletions: true,
    comments: {
      OldInsertTS: 'ONO_InsertTS of the state kept here',
      Absent: '1 = there was no such note: an undo put it there again',
    },
  },
  {
    of: 'OPR_Attachment',
    table: 'OPR_AttachmentHistory',
    prefix: 'OATH',
    comment: 'What a further file of a title was before each change, and those that were removed.',
    keys: ['OT_ID', 'OAT_ID'],
    watched: parts('OT_ID Kind Sort Name Label Hashsum'),
    beside: parts('Media Url Filesize Duration Width Height InsertBatch InsertTS'),
    deletions: true,
    comments: {
      OldInsertTS: 'OAT_InsertTS of the state kept here',
      Absent: '1 = there was no such file: an undo put it there again',
    },
  },
  {
    of: 'OPR_Region',
    table: 'OPR_RegionHistory',
    prefix: 'ORGH',
    comment: 'What a region of an article was before each change, and those that were removed.',
    keys: ['OT_ID', 'ORG_ID'],
    watched: parts('OT_ID OT_Page Sort X Y W H'),
    beside: parts('InsertBatch InsertTS'),
    deletions: true,
    comments: {
      OldInsertTS: 'ORG_InsertTS of the state kept here',
      Absent: '1 = there was no such region: an undo marked it again',
    },
  },
  {
    of: 'OPR_Domain',
    table: 'OPR_DomainHistory',
    prefix: 'ODH',
    comment: 'What a domain was before each change.',
    keys: ['ID'],
    watched: parts(
      'OD_Parent Name ShortName Reference Caption Captions Description Type Contact PU_Contact Comment Mappings ' +
        'StandardMasks Watermark ImageFooter CustomData PrivateTags PrivateTransitions Sort',
    ),
  },
  {
    of: 'CFG_Option',
    table: 'CFG_OptionHistory',
    prefix: 'COH',
    comment: 'What an option of a domain was before each change, and those that were removed.',
    keys: ['OD_ID', 'CO_ID'],
    watched: parts('OD_ID Key Value'),
    beside: parts('InsertBatch InsertTS'),
    deletions: true,
    comments: {
      OldInsertTS: 'CO_InsertTS of the state kept here',
      Absent: '1 = the option was not set: an undo set it again',
    },
  },
  {
    of: 'OPR_DomainTag',
    table: 'OPR_DomainTagHistory',
    prefix: 'ODTH',
    comment: 'Tags that were taken off a domain.',
    keys: ['OD_ID', 'ODT_ID'],
    watched: parts('OD_ID OTG_ID'),
    beside: parts('InsertBatch InsertTS'),
    deletions: true,
    comments: {
      OldInsertTS: 'ODT_InsertTS of the state kept here',
      Absent: '1 = the tag was not set: an undo set it again',
    },
  },
  {
    of: 'OPR_Tag',
    table: 'OPR_TagHistory',
    prefix: 'OTGH',
    comment: 'What the definition of a tag was before each change, and those that were removed.',
    keys: ['OD_ID', 'OTG_ID'],
    watched: parts('OD_ID Name System Public Captions Description Colour'),
    beside: parts('InsertBatch InsertTS'),
    deletions: true,
    comments: {
      OldInsertTS: 'OTG_InsertTS of the state kept here',
      Absent: '1 = there was no such tag: an undo defined it again',
    },
  },
  {
    of: 'OPR_Transition',
    table: 'OPR_TransitionHistory',
    prefix: 'OTNH',
    comment: 'What a transition was before each change, and those that were removed.',
    keys: ['OD_ID', 'OTN_ID'],
    watched: parts('OD_ID Name Captions Change OTG_ID From Who Confirm Comment Mail Webhook'),
    beside: parts('Secret InsertBatch InsertTS'),
    deletions: true,
    comments: {
      OldInsertTS: 'OTN_InsertTS of the state kept here',
      Absent: '1 = there was no such transition: an undo defined it again',
    },
  },
  {
    of: 'OPR_Order',
    table: 'OPR_OrderHistory',
    prefix: 'OOH',
    comment: 'What an order was before each change, and those that were deleted.',
    keys: ['ID'],
    watched: parts('Title Description Reference State Shown PU_Organisation Properties Comments'),
    beside: parts('Creator InsertBatch InsertTS'),
    deletions: true,
    comments: {
      OldInsertTS: 'OO_InsertTS of the state kept here',
      Absent: '1 = there was no such order',
    },
  },
  {
    of: 'OPR_Pack',
    table: 'OPR_PackHistory',
    prefix: 'OPKH',
    comment: 'With what edits the image of a page was shown before each change of them.',
    keys: ['OT_ID'],
    watched: parts('Rotation Mirrored CropX CropY CropWidth CropHeight'),
  },
  {
    of: 'PRV_User',
    table: 'PRV_UserHistory',
    prefix: 'PUH',
    comment: 'What a user was before each change; emptied when the user is deleted.',
    keys: ['ID'],
    watched: parts(
      'Kind Name Login EMail ConfirmTS PublicEMail Affiliation Orcid Url Contact Topics Active DeleteTS',
    ),
  },
]
