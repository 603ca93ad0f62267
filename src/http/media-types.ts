// Media types of bodies that are not JSON, by how they are read.

/** Masters and files of titles: handed on as the stream they come in. */
export const streamedTypes = [
  'application/octet-stream',
  'application/pdf',
  'application/zip',
  'application/epub+zip',
  /^(image|audio|video)\/[\w.+-]+$/,
]

/** Documents that are read as bytes: what they are is told by themselves. */
export const xmlTypes = [
  'application/mods+xml',
  'application/alto+xml',
  'application/vnd.prima.page+xml',
  'text/vnd.hocr+html',
  'application/xml',
  'text/xml',
]
