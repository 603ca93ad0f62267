// sharp with only the loaders that masters need: everything else (SVG, PDF, HEIF …) is refused by content, not by name.
import sharp from 'sharp'

sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadTiff', 'VipsForeignLoadPng', 'VipsForeignLoadWebp'],
})
// one thread an image: throughput comes from several images at once, and memory stays bounded
sharp.concurrency(1)
sharp.cache(false)

/**
 * Lets sharp read SVG for the time of a work, for drawings of ours. Only where nothing else is decoded meanwhile: the switch is one
 * for the whole process.
 */
export async function withSvg<T>(work: () => Promise<T>): Promise<T> {
  sharp.unblock({ operation: ['VipsForeignLoadSvg'] })
  try {
    return await work()
  } finally {
    sharp.block({ operation: ['VipsForeignLoadSvg'] })
  }
}

export { sharp }
