/** Addresses whose `id` is a node of the tree, as their routes write them. */
export const isOfTree = (url: string): boolean =>
  url.includes('/:id') &&
  (!url.startsWith('/api/') || /^\/api\/v1\/(tree|titles|pages|objects)\/:id/.test(url))
