// sharp with only the loaders that masters need: everything else (SVG, PDF, HEIF …) is refused by content, not by name.
import sharp from 'sharp'

sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadTiff', 'VipsForeignLoadPng', 'VipsForeignLoadWebp'],
})
// one thread an image: throughput comes from several images at once, and memory stays bounded
sharp.concurrency(1)
sharp.cache(false)

export { sharp }
