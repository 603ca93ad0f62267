import {
  type DatabaseIntrospector,
  type DatabaseMetadata,
  type Kysely,
  type SchemaMetadata,
  sql,
  type TableMetadata,
} from 'kysely'

interface CatalogueRow {
  readonly tableName: string
  readonly kind: number | null
  readonly columnName: string
  readonly type: number
  readonly subType: number | null
  readonly scale: number
  readonly precision: number | null
  readonly length: number | null
  readonly octets: number
  readonly isNullable: number
  readonly hasDefault: number
  readonly isIdentity: number
  readonly comment: string | null
}

/** Names of RDB$FIELD_TYPE codes; NUMERIC hides in the integer types as a sub type and a negative scale. */
function typeName(row: CatalogueRow): string {
  const scaled = row.scale < 0 ? `NUMERIC(${row.precision ?? 18},${-row.scale})` : undefined
  switch (row.type) {
    case 7:
      return scaled ?? 'SMALLINT'
    case 8:
      return scaled ?? 'INTEGER'
    case 16:
      return scaled ?? 'BIGINT'
    case 10:
      return 'FLOAT'
    case 27:
      return 'DOUBLE PRECISION'
    case 12:
      return 'DATE'
    case 13:
      return 'TIME'
    case 35:
      return 'TIMESTAMP'
    case 23:
      return 'BOOLEAN'
    case 14:
      return `CHAR(${row.length ?? row.octets})`
    case 37:
      return `VARCHAR(${row.length ?? row.octets})`
    case 261:
      return row.subType === 1 ? 'BLOB TEXT' : 'BLOB'
    default:
      return `TYPE ${row.type}`
  }
}

export interface CatalogueColumn {
  readonly table: string
  readonly isView: boolean
  readonly name: string
  readonly type: string
  readonly isNullable: boolean
  readonly hasDefault: boolean
  readonly isIdentity: boolean
  readonly comment: string | null
}

/** Every column of every user table, as the catalogue has them (names in upper case), in order of position. */
export async function catalogue(db: Kysely<never>): Promise<CatalogueColumn[]> {
  const { rows } = await sql<CatalogueRow>`
    select trim(r.rdb$relation_name) as "tableName", r.rdb$relation_type as "kind", trim(f.rdb$field_name) as "columnName",
      s.rdb$field_type as "type", s.rdb$field_sub_type as "subType", s.rdb$field_scale as "scale",
      s.rdb$field_precision as "precision", s.rdb$character_length as "length", s.rdb$field_length as "octets",
      iif(coalesce(f.rdb$null_flag, s.rdb$null_flag, 0) = 1, 0, 1) as "isNullable",
      iif(f.rdb$default_value is not null or s.rdb$default_value is not null, 1, 0) as "hasDefault",
      iif(f.rdb$identity_type is not null, 1, 0) as "isIdentity",
      cast(substring(f.rdb$description from 1 for 1000) as varchar(1000)) as "comment"
    from rdb$relations r
    join rdb$relation_fields f on f.rdb$relation_name = r.rdb$relation_name
    join rdb$fields s on s.rdb$field_name = f.rdb$field_source
    where coalesce(r.rdb$system_flag, 0) = 0
    order by r.rdb$relation_name, f.rdb$field_position`.execute(db)
  return rows.map(row => ({
    table: row.tableName,
    isView: row.kind === 1,
    name: row.columnName,
    type: typeName(row),
    isNullable: row.isNullable === 1,
    hasDefault: row.hasDefault === 1,
    isIdentity: row.isIdentity === 1,
    comment: row.comment,
  }))
}

export class FirebirdIntrospector implements DatabaseIntrospector {
  readonly #db: Kysely<never>
  constructor(db: Kysely<never>) {
    this.#db = db
  }
  async getSchemas(): Promise<SchemaMetadata[]> {
    return []
  }
  async getTables(): Promise<TableMetadata[]> {
    const tables = new Map<
      string,
      { name: string; isView: boolean; columns: TableMetadata['columns'][number][] }
    >()
    for (const column of await catalogue(this.#db)) {
      let table = tables.get(column.table)
      if (!table)
        tables.set(column.table, (table = { name: column.table, isView: column.isView, columns: [] }))
      table.columns.push({
        name: column.name,
        dataType: column.type,
        isNullable: column.isNullable,
        hasDefaultValue: column.hasDefault,
        isAutoIncrementing: column.isIdentity,
        ...(column.comment === null ? {} : { comment: column.comment }),
      })
    }
    return [...tables.values()]
  }
  async getMetadata(): Promise<DatabaseMetadata> {
    return { tables: await this.getTables() }
  }
}
