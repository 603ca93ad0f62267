// What the roles of names say of their part in a work: whoever paid for it, owned, printed or sold it is none of its authors.
// @see https://www.loc.gov/marc/relators/
import type { Person } from './names.ts'

const editorRoles = new Set(['edt', 'editor', 'herausgeber', 'herausgeberin', 'hrsg', 'hrsg.'])

/** MARC relators, and what catalogues write for them */
const otherRoles = new Set([
  'fnd', 'spn', 'dnr', 'own', 'fmo', 'his', 'pbl', 'prt', 'bsl', 'dst', 'mfr', 'dte', 'rcp', 'crp', 'asn', 'bnd', 'lse', 'dpt', 'isb', 'cns', 'ths', 'dgg', 'dgs', 'oth',
  'funder', 'sponsor', 'owner', 'former owner', 'host institution', 'publisher', 'printer', 'bookseller', 'distributor', 'dedicatee', 'verlag', 'verleger', 'drucker', 'druck',
  'buchhändler', 'vorbesitzer', 'besitzer', 'förderer', 'geldgeber', 'widmungsempfänger', 'degree granting institution',
]) // prettier-ignore

/** Roles are also given by their address: http://id.loc.gov/vocabulary/relators/fnd */
const plain = (role: string): string => role.replace(/^https?:\/\/.*\//, '').toLowerCase()

type Roles = Pick<Person, 'roles'>

export const isEditor = ({ roles }: Roles): boolean => roles.some(role => editorRoles.has(plain(role)))

export const isAuthor = (person: Roles): boolean =>
  !isEditor(person) && (person.roles.length === 0 || !person.roles.every(role => otherRoles.has(plain(role))))
