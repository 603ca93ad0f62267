// Options of [catalogue].
import { z } from 'zod'
import { flag, path, text, whole } from './option-kinds.ts'

export const catalogueSection = z
  .strictObject({
    file: path(
      '',
      'File with the catalogues that records are fetched from, a section each; empty: config/catalogues.ini of the installation.',
    ),
    privateNetworks: flag(
      false,
      'Ask catalogues in private networks, too: 10.x, 192.168.x, this machine and the like.',
    ),
    answerBytes: whole(4 * 1024 * 1024, 1024, 1024 ** 3, 'Largest answer of a catalogue.'),
    timeout: whole(30, 1, 600, 'Seconds within which a catalogue must have answered.'),
    yazClient: text(
      'yaz-client',
      'The program that asks catalogues that speak Z39.50, by name or path; Debian has it in the package yaz.',
    ),
    identifiers: whole(10_000, 1, 1_000_000, 'Most identifiers of one list that is fetched.'),
    pause: whole(
      200,
      0,
      60_000,
      'Milliseconds between two requests of lists and of the scheduled refresh, so that a catalogue is not overrun.',
    ),
  })
  .describe('Online catalogues that records are fetched from.')
