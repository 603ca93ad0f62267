// What the service knows of a title beside its record, where a test asks about the record alone.
export const plainFacts = {
  record: { value: '1', source: 'here' },
  title: 'T',
  licence: undefined,
  owner: '',
  languages: [],
  identifiers: [],
  host: undefined,
  part: undefined,
  issueDate: undefined,
}
