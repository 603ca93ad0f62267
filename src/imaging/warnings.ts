// What decoders of raster images remark while they go on: whether it is about the pixels.

/** Remarks of libtiff on tags that are no part of the picture; whoever writes private or sloppy tags has a sound image all the same. */
const aboutTags = [
  /^Unknown field with tag/,
  /tags are not sorted in ascending order/,
  /^(Incorrect|incorrect) (count|value)/,
  /^(wrong|Invalid|incorrect) data type/i,
  /^ASCII value for tag/,
  /^Nonstandard tile/,
  /Photometric type-related color channels/,
  /^Ignoring unknown tag/,
  /^Undefined field|^Field "/,
  /tag ignored|ignoring tag/i,
  /^Null count for/,
  // EXIF and profiles are read apart
  /exif/i,
  /icc|profile/i,
  /^read gave \d+ warnings$/,
]

/** The first remark that tells of damaged pixels. */
export const tellsOfDamage = (warnings: readonly string[]): string | undefined =>
  warnings
    .map(warning => warning.replace(/^[\w]+: /, '').trim())
    .find(warning => warning !== '' && !aboutTags.some(pattern => pattern.test(warning)))

const aboutImages = /(flate|LZW|RunLength) stream|CCITTFax|JBIG2|DCT|JPEG|JPX|JP2|codestream|tile[- ]part/i

/**
 * The first remark of Poppler that tells of damaged data of an image. What it says of sloppy objects, tables and fonts is none: it finds
 * its way through those.
 */
export const tellsOfDamagedStream = (lines: readonly string[]): string | undefined =>
  lines
    .map(line => line.trim())
    .find(
      line =>
        /^(Corrupt|Premature end of) JPEG/.test(line) ||
        (/^(Syntax|Internal) Error/.test(line) && aboutImages.test(line)),
    )
