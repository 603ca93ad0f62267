// Names that no domain may have, because addresses or sets of the service begin with them.

/** Sets of OAI-PMH: those of genres stand beside those of domains */
export const genreSet = 'genre'

/** What the paths of the service begin with; a test holds them against its documents. */
export const takenNames: readonly string[] = [
  'api', 'assets', 'atom', 'c', 'content', 'desk', 'doi', 'download', 'docs', 'dzi', 'find', 'handle', 'health', 'i3f', 'id', 'iiif', 'image', 'log-in',
  'log-out', 'mets', 'metrics', 'nav', 'oai', 'opds', 'openapi.json', 'periodical', 'problems', 'proto_ftsearch', 'ready', 'robots.txt', 'rss', 'search', 'sitemap',
  'sitemap.xml', 'sru', 'static', 'titlepage', 'urn', genreSet,
] // prettier-ignore
