/** `:name` parameters as `?` marks with the names in their order. Text, comments and quoted names are left alone. */
export function positional(statement: string): { sql: string; names: string[] } {
  const names: string[] = []
  const pattern = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|:([A-Za-z_][A-Za-z0-9_$]*)/g
  const sql = statement.replace(pattern, (found: string, name: string | undefined) => {
    if (name === undefined) return found
    names.push(name)
    return '?'
  })
  return { sql, names }
}

/** Statements of a script, split at `;` outside of text, comments and quoted names. */
export function statements(script: string): string[] {
  const parts: string[] = ['']
  for (const piece of script.match(
    /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|;|[^'";/-]+|[/-]/g,
  ) ?? []) {
    if (piece === ';') parts.push('')
    else parts[parts.length - 1] += piece
  }
  return parts.map(part => part.trim()).filter(part => part !== '')
}
