// The type system: which (datatype, type) pairs exist and what may stand below what. Read from config/types.ini under
// the rules of config/typesspec.ini; a domain's own types.ini is merged over it.
import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Refusal } from '../errors.ts'
import { root } from '../root.ts'
import { type IniFile, lineKey, readIni } from './ini-file.ts'
import { checkedValue, readCheck, type SpecCheck } from './spec.ts'

export const datatypes = ['container', 'title', 'structure', 'page', 'medium', 'order', 'domain'] as const
export type Datatype = (typeof datatypes)[number]

export interface NodeType {
  readonly datatype: Datatype
  readonly name: string
  /** OT_RCV_Type */
  readonly number: number
  readonly en: string
  readonly de: string
  /** `title:volume`, or `@page` for a whole datatype */
  readonly children: readonly string[]
  /** METS TYPE */
  readonly mets: string
  readonly genre: string
  readonly behavior: string
  readonly icon: string
}

export class TypeSystem {
  readonly #byName = new Map<string, NodeType>()
  readonly #byNumber = new Map<string, NodeType>()
  readonly #datatypeNumber: ReadonlyMap<Datatype, number>

  constructor(types: Iterable<NodeType>, datatypeNumber: ReadonlyMap<Datatype, number>) {
    this.#datatypeNumber = datatypeNumber
    for (const type of types) {
      this.#byName.set(`${type.datatype}:${type.name}`, type)
      this.#byNumber.set(`${type.datatype}:${type.number}`, type)
    }
  }

  get all(): NodeType[] {
    return [...this.#byName.values()]
  }

  /** OT_RCV_Datatype of a datatype. */
  code(datatype: Datatype): number {
    return this.#datatypeNumber.get(datatype) as number
  }

  datatypeOf(code: number): Datatype | undefined {
    for (const [name, number] of this.#datatypeNumber) if (number === code) return name
    return undefined
  }

  find(datatype: Datatype, name: string): NodeType | undefined {
    return this.#byName.get(`${datatype}:${name}`)
  }

  /** @throws Refusal not-processable where there is no such type */
  get(datatype: Datatype, name: string): NodeType {
    const type = this.find(datatype, name)
    if (!type) throw new Refusal('not-processable', `There is no type ‘${name}’ of datatype ${datatype}.`)
    return type
  }

  /** Every type by the numbers that are stored. */
  get stored(): { datatype: number; number: number; name: string }[] {
    return this.all.map(type => ({
      datatype: this.code(type.datatype),
      number: type.number,
      name: `${type.datatype}:${type.name}`,
    }))
  }

  /** The type of two stored numbers; undefined where config/types.ini does not know them. */
  ofNumbers(datatype: number, type: number): NodeType | undefined {
    const name = this.datatypeOf(datatype)
    return name && this.#byNumber.get(`${name}:${type}`)
  }

  /** Whether `child` may stand below `parent`; at the top of a domain everything but structure and pages may. */
  allows(parent: NodeType | undefined, child: NodeType): boolean {
    if (!parent) return child.datatype !== 'structure' && child.datatype !== 'page'
    return (
      parent.children.includes(`@${child.datatype}`) ||
      parent.children.includes(`${child.datatype}:${child.name}`)
    )
  }

  /** A METS TYPE as our type of that datatype. */
  ofMets(datatype: Datatype, mets: string): NodeType | undefined {
    return (
      this.find(datatype, mets) ?? this.all.find(type => type.datatype === datatype && type.mets === mets)
    )
  }
}

function readDatatypes(spec: IniFile, file: string): Map<Datatype, number> {
  const numbers = new Map<Datatype, number>()
  for (const name of datatypes) {
    const raw = spec.sections.get('datatypes')?.get(name)
    if (raw === undefined || !Number.isInteger(Number(raw)))
      throw new Refusal('bad-request', `${file}, [datatypes] ${name}: expected a number.`)
    numbers.set(name, Number(raw))
  }
  return numbers
}

/**
 * Reads and checks the types.
 * @param domainFile a domain's own types.ini, merged over the installation's
 * @throws Refusal bad-request naming file, line, section and option
 */
export function readTypes(folder = join(root, 'config'), domainFile?: string): TypeSystem {
  const specFile = join(folder, 'typesspec.ini')
  const spec = readIni(specFile)
  const checks = new Map<string, SpecCheck>()
  for (const [name, text] of spec.sections.get('type') ?? [])
    checks.set(name, readCheck(String(text), `typesspec.ini, [type] ${name}`))
  const numbers = readDatatypes(spec, 'typesspec.ini')
  const types = new Map<string, NodeType>()
  for (const file of [
    join(folder, 'types.ini'),
    ...(domainFile && existsSync(domainFile) ? [domainFile] : []),
  ])
    for (const type of readTypeFile(file, checks))
      types.set(`${type.datatype}:${type.name}`, { ...types.get(`${type.datatype}:${type.name}`), ...type })
  const taken = new Map<string, string>()
  for (const type of types.values()) {
    const key = `${type.datatype} ${type.number}`
    if (taken.has(key))
      throw new Refusal(
        'bad-request',
        `types.ini: ${taken.get(key)} and ${type.name} have the same number ${key}.`,
      )
    taken.set(key, type.name)
    for (const child of type.children)
      if (!(child.startsWith('@') ? datatypes.includes(child.slice(1) as Datatype) : types.has(child)))
        throw new Refusal(
          'bad-request',
          `types.ini, [${type.datatype}:${type.name}] children: there is no ‘${child}’.`,
        )
  }
  return new TypeSystem(types.values(), numbers)
}

function readTypeFile(file: string, checks: ReadonlyMap<string, SpecCheck>): NodeType[] {
  const ini = readIni(file)
  const name = basename(file)
  const fault = ini.faults[0]
  if (fault)
    throw new Refusal(
      'bad-request',
      `${name}, line ${fault.line}, [${fault.section}] ${fault.name}: ${fault.sentence}.`,
    )
  return [...ini.sections].map(([section, options]) => {
    const line = ini.lines.get(lineKey(section, '')) ?? 1
    const [datatype, type] = section.split(':')
    if (!type || !datatypes.includes(datatype as Datatype))
      throw new Refusal(
        'bad-request',
        `${name}, line ${line}: [${section}] is not of the form [datatype:type].`,
      )
    for (const option of options.keys())
      if (!checks.has(option))
        throw new Refusal(
          'bad-request',
          `${name}, line ${ini.lines.get(lineKey(section, option)) ?? line}, [${section}] ${option}: typesspec.ini knows no such option.`,
        )
    const values: Record<string, unknown> = { datatype, name: type }
    for (const [option, check] of checks) {
      const place = `${name}, line ${ini.lines.get(lineKey(section, option)) ?? line}, [${section}] ${option}`
      values[option] = checkedValue(options.get(option), check, place)
    }
    if (values['mets'] === '') values['mets'] = type
    return values as unknown as NodeType
  })
}
