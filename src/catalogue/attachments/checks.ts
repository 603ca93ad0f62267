// Further files of titles against the archive.
import type { Check, Finding } from '../../http/module.ts'
import { sha256Of } from './documents.ts'
import { playingTimeOf } from './recordings.ts'
import * as repository from './repository.ts'

const files: Check = {
  name: 'files',
  claim: 'Every further file of a title is in the archive, with the size and the SHA-256 that are recorded.',
  async run({ db, archive }) {
    const findings: Finding[] = []
    const rows = await db
      .selectFrom('OPR_Attachment')
      .select([
        'OAT_ID as id',
        'OAT_OT_ID as titleId',
        'OAT_Url as url',
        'OAT_Hashsum as hashsum',
        'OAT_Filesize as bytes',
      ])
      .orderBy('OAT_ID')
      .execute()
    for (const row of rows) {
      const found = (sentence: string) =>
        findings.push({ check: 'files', nodeId: row.titleId, sentence, repaired: false })
      const facts = await archive.facts(row.url).catch(() => undefined)
      if (!facts) found(`File ${row.id} of title ${row.titleId} (${row.url}) is not in the archive.`)
      else if (facts.bytes !== Number(row.bytes))
        found(`File ${row.id} of title ${row.titleId} has ${facts.bytes} bytes, not ${row.bytes}.`)
      else {
        const digest = await archive.digest(row.url)
        if (digest !== sha256Of(row))
          found(`File ${row.id} of title ${row.titleId} has the SHA-256 ${digest}, not ${sha256Of(row)}.`)
      }
    }
    return findings
  },
}

const recordings: Check = {
  name: 'recordings',
  claim: 'Of every recording it is known how long it plays, where its file says so.',
  async run(services, { repair }) {
    const findings: Finding[] = []
    for (const file of await repository.withoutTime(services.db)) {
      const path = await services.archive.local(file.url).catch(() => undefined)
      if (path === undefined) continue // the check of files tells of it
      const time = await playingTimeOf(services, path, file.media)
      if (time.duration === null) continue
      if (repair) await repository.keepTime(services.db, file, time)
      findings.push({
        check: 'recordings',
        nodeId: file.titleId,
        sentence: `File ${file.id} of title ${file.titleId} plays for ${time.duration} s, and is not played by manifests.`,
        repaired: repair,
      })
    }
    return findings
  },
}

export const checks: readonly Check[] = [files, recordings]
