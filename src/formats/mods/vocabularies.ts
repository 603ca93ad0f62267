// Closed lists that harvesters check MODS against.
import { tableOf } from '../../codes.ts'
const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))
const lines = (text: string): ReadonlySet<string> => new Set(text.split(',').map(line => line.trim()))

/** MARC relator codes. @see https://id.loc.gov/vocabulary/relators */
export const relatorCodes = words(`
  abr acp act adi adp aft anl anm ann ant ape apl app aqt arc ard arr art asg asn ato att auc aud aue aui aup aus aut bdd bjd bka bkd bkp
  blw bnd bpd brd brl bsl cad cas ccp chr cli cll clr clt cmm cmp cmt cnd cng cns coe col com con cop cor cos cot cou cov cpc cpe cph cpl
  cpt cre crp crr crt csl csp cst ctb cte ctg ctr cts ctt cur cwt dbd dbp dfd dfe dft dgc dgg dgs dis djo dln dnc dnr dpc dpt drm drt dsr
  dst dtc dte dtm dto dub edc edm edt egr elg elt eng enj etr evp exp fac fds fld flm fmd fmk fmo fmp fnd fon fpy frg gdv gis grt his hnr
  hst ill ilu ink ins inv isb itr ive ivr jud jug lbr lbt ldr led lee lel let lgd lie lil lit lsa lse ltg ltr lyr mcp mdc med mfp mfr
  mka mod mon mrb mrk msd mte mtk mup mus mxe nan nrt onp opn org orm osp oth own pad pan pat pbd pbl pdr pfr pht plt pma pmn pnc pop ppm
  ppt pra prc prd pre prf prg prm prn pro prp prs prt prv pta pte ptf pth ptt pup rap rbr rcd rce rcp rdd red ren res rev rpc rps rpt rpy
  rse rsg rsp rsr rst rth rtm rxa sad sce scl scr sde sds sec sfx sgd sgn sht sll sng spk spn spy srv std sde stg stl stm stn str swd tad
  tau tcd tch ths tld tlg tlh tlp trc trl tyd tyg uvp vac vdg vfx voc wac wal wam wat wdc wde win wit wpr wst wts`)
/** Relations to the copy, not to the work: lender and licensor; the German Digital Library refuses names that bear them. */
export const refusedRelators = words('len lso')

/** Roles that catalogues write as words. */
export const relatorOfWord: Readonly<Record<string, string>> = tableOf({
  author: 'aut', verfasser: 'aut', verfasserin: 'aut', creator: 'cre', editor: 'edt', herausgeber: 'edt', herausgeberin: 'edt', hrsg: 'edt',
  translator: 'trl', übersetzer: 'trl', illustrator: 'ill', printer: 'prt', drucker: 'prt', publisher: 'pbl', verleger: 'pbl',
  contributor: 'ctb', mitwirkender: 'ctb', beiträger: 'ctb', composer: 'cmp', komponist: 'cmp', engraver: 'egr', stecher: 'egr',
  dedicatee: 'dte', widmungsempfänger: 'dte', praeses: 'pra', respondent: 'rsp', 'former owner': 'fmo', vorbesitzer: 'fmo',
  cartographer: 'ctg', photographer: 'pht', fotograf: 'pht', collector: 'col', compiler: 'com', bookseller: 'bsl',
}) // prettier-ignore

/** @see https://www.loc.gov/standards/mods/mods-notes.html */
export const noteTypes = lines(
  'accrual method, accrual policy, acquisition, action, additional physical form, admin, bibliographic history, bibliography, biographical/historical, citation/reference, conservation history, content, creation/production credits, date, exhibitions, funding, handwritten, language, numbering, date/sequential designation, original location, original version, ownership, performers, preferred citation, publications, reproduction, restriction, source characteristics, source dimensions, source identifier, source note, source type, statement of responsibility, subject completeness, system details, thesis, venue, version identification, condition, marks, medium, organization, physical description, physical details, presentation, script, support, technique',
)
export const relatedItemTypes = words(
  'enumerated preceding succeeding original host constituent series otherVersion otherFormat isReferencedBy references reviewOf',
)
export const titleTypes = words('abbreviated translated alternative uniform')
export const urlAccess = lines('preview, object in context, raw object')
export const topElements = words(
  'titleInfo name typeOfResource genre originInfo language physicalDescription abstract tableOfContents targetAudience note subject classification relatedItem identifier location accessCondition part extension recordInfo',
)
