// A record of MARC 21 or MAB2 whatever file it came from: ISO 2709, MARCXML, lines.

export interface ControlField {
  readonly tag: string
  readonly value: string
}
export interface DataField {
  readonly tag: string
  /** Two characters */
  readonly indicators: string
  readonly subfields: readonly (readonly [code: string, value: string])[]
}
export interface MarcRecord {
  readonly leader: string
  readonly control: readonly ControlField[]
  readonly data: readonly DataField[]
}

/** What is asked of a record by the tables that map it. */
export class MarcFields {
  readonly record: MarcRecord
  constructor(record: MarcRecord) {
    this.record = record
  }

  control(tag: string): string | undefined {
    return this.record.control.find(field => field.tag === tag)?.value
  }
  fields(...tags: readonly string[]): DataField[] {
    return this.record.data.filter(field => tags.includes(field.tag))
  }
  /** Of the first field that has it */
  one(tag: string, codes: string): string | undefined {
    return this.fields(tag).flatMap(field => values(field, codes))[0]
  }
  all(tag: string, codes: string): string[] {
    return this.fields(tag).flatMap(field => values(field, codes))
  }
}

/** Values of subfields in the order of the field. */
export const values = (field: DataField | undefined, codes: string): string[] =>
  (field?.subfields ?? [])
    .filter(([code]) => codes.includes(code))
    .map(([, value]) => value.trim())
    .filter(value => value !== '')
