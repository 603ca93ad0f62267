/** Without the punctuation of ISBD between what are fields here. */
export const tidy = (text: string): string =>
  text
    .replace(/\s*[/:;,=]\s*$/, '')
    .replace(/([^.\s]{3})\.$/, '$1')
    .trim()
