// Options of [ocr].
import { z } from 'zod'
import { text, whole } from './option-kinds.ts'

/** Codes of Tesseract, or of whatever else reads: deu+frk */
export const recognitionLanguages =
  /^[A-Za-z0-9_]{2,40}(\/[A-Za-z0-9_]{2,40})?(\+[A-Za-z0-9_]{2,40}(\/[A-Za-z0-9_]{2,40})?)*$/

export const recognitionSection = z
  .strictObject({
    command: text(
      'tesseract {image} {output} -l {languages} alto',
      'Program that reads a page: {image} is the file to read (PNG), {languages} what to read it as, {output}.xml where it writes ALTO. It is started without a shell.',
    ).refine(
      command => command.includes('{image}') && command.includes('{output}'),
      'expected a command with {image} and {output}',
    ),
    languages: text(
      'eng',
      'Languages and scripts of texts, joined by +, as the program calls them, e.g. deu+frk; a domain may have its own ([ocr] languages of its config.ini).',
    ).refine(languages => recognitionLanguages.test(languages), 'expected codes joined by +, e.g. deu+eng'),
    timeout: whole(300, 1, 3600, 'Seconds that the program may take for a page.'),
  })
  .describe('Recognition of text (OCR): jobs of the kind texts.recognise.')
