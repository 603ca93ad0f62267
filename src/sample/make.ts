// Makes the sample collection in a folder, in a process of its own: here sharp may read SVG, which the service's may not.
import { writeWorks } from './works.ts'

const [folder] = process.argv.slice(2)
if (!folder) throw new Error('usage: make.js FOLDER')
for (const path of await writeWorks(folder)) process.stdout.write(`${path}\n`)
