// Options of [statistics]: what is counted, and what is noted about people.
import { z } from 'zod'
import { flag, list, whole } from './option-kinds.ts'

export const statisticSection = z
  .strictObject({
    on: flag(true, 'Count uses by title, domain and day; nothing about people is kept for it.'),
    accessLog: flag(
      true,
      'Note who saw what is not open to everyone: views, page images, downloads, masters. These are personal data: say so in your privacy notice.',
    ),
    accessDays: whole(
      90,
      1,
      36_500,
      'Days after which person and address are removed from these notes ([schedule] accessLog).',
    ),
    flushSeconds: whole(
      60,
      1,
      3600,
      'Seconds that counts are gathered in memory before they are stored; a process that is killed loses as many.',
    ),
    robots: list(
      [],
      'Parts of User-Agent headers that stand for robots, beside those that are commonly known (package isbot).',
    ),
    robotUses: whole(
      300,
      0,
      1_000_000,
      'Whoever opens more titles, pages and files within ten minutes is a robot for the rest of the day; 0: nobody.',
    ),
  })
  .describe('How much is used, and by whom what is restricted.')
