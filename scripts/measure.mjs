// What the sources look like in figures, for docs/quality.md: size, comments, escapes from the types, and which wing of the house loads which.
// `npm run measure`
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { root } from './run.mjs'

const wings = ['catalogue', 'images', 'intake', 'dissemination', 'preservation', 'people', 'system']
/** What all stand on though it lies beside the wings (test/architecture.test.ts has the whole table). */
const ground = ['errors.ts', 'codes.ts', 'root.ts', 'whole-files.ts', 'owned.ts', 'lazily.ts', 'folders.ts']
/** A wing, the ground that all of them stand on, or what opens the house. */
const wingOf = path => {
  const [first] = path.split('/')
  if (wings.includes(first)) return first
  return first === 'cli' || first === 'sample' || (!path.includes('/') && !ground.includes(path))
    ? 'entrances'
    : 'ground'
}

const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.ts') && !name.endsWith('.generated.ts'))
  .map(name => ({ name: name.replaceAll('\\', '/'), text: readFileSync(join(root, 'src', name), 'utf8') }))

const isComment = line => /^\s*(\/\/|\/\*|\*)/.test(line)
const linesOf = ({ text }) => text.split('\n').filter(line => line.trim() !== '')
const codeOf = file => linesOf(file).filter(line => !isComment(line)).length
const sum = (list, of) => list.reduce((all, each) => all + of(each), 0)
const median = list => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]
const say = line => process.stdout.write(`${line}\n`)

say('| part | files | lines of code | median | largest | comments |\n|---|---|---|---|---|---|')
const order = ['ground', ...wings, 'entrances']
for (const wing of order) {
  const own = files.filter(({ name }) => wingOf(name) === wing)
  const code = own.map(codeOf)
  const comments = sum(own, file => linesOf(file).filter(isComment).length)
  const largest = own.toSorted((a, b) => codeOf(b) - codeOf(a))[0]
  say(
    `| ${wing} | ${own.length} | ${sum(code, each => each).toLocaleString('en')} | ${median(code)} | ${codeOf(largest)} (\`${largest.name}\`) | ${((comments / (comments + sum(code, each => each))) * 100).toFixed(0)} % |`,
  )
}

say('\n| escape from the types | in src |\n|---|---|')
const escapes = {
  'as never': /\bas never\b/g,
  'as unknown as': /\bas unknown as\b/g,
  any: /[:<]\s*any\b|\bas any\b/g,
  '@ts-': /@ts-/g,
}
for (const [name, pattern] of Object.entries(escapes))
  say(`| \`${name}\` | ${sum(files, ({ text }) => text.match(pattern)?.length ?? 0)} |`)

say(`\n| loads → | ${order.join(' | ')} |\n|---|${order.map(() => '---').join('|')}|`)
for (const wing of order) {
  const counts = new Map()
  for (const { name, text } of files)
    if (wingOf(name) === wing)
      for (const [, path] of text.matchAll(/from '(\.[^']+)'/g)) {
        const other = wingOf(posix.normalize(posix.join(dirname(name), path)))
        counts.set(other, (counts.get(other) ?? 0) + 1)
      }
  say(`| ${wing} | ${order.map(other => counts.get(other) ?? '').join(' | ')} |`)
}
