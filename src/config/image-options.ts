// Options of [webcache] and [images].
import { z } from 'zod'
import { flag, numbers, whole } from './option-kinds.ts'

export const webcacheSection = z
  .strictObject({
    widths: numbers([128, 304, 600, 1000], 'Widths in pixels that are offered for page images.'),
    quality: whole(85, 40, 89, 'JPEG quality; from 90 on files grow threefold.'),
    footerSizes: whole(
      504,
      0,
      100_000,
      "Smallest width of delivered images under which a domain's footer is glued; 0: none.",
    ),
    cacheMegabytes: whole(1024, 0, 10_000_000, 'Largest size of the cache of rendered images.'),
    renderLanes: whole(
      0,
      0,
      64,
      'Images rendered at the same time; 0: one fewer than there are processors, which leaves one for tiles.',
    ),
    renderQueue: whole(
      64,
      0,
      10_000,
      'Images waiting to be rendered before further ones are refused with 503.',
    ),
  })
  .describe('Derivatives of page images.')

export const imageSection = z
  .strictObject({
    ingestProcesses: whole(1, 1, 64, 'Processes that make access packs of masters.'),
    judgeProcesses: whole(2, 1, 64, 'Processes that decode masters before they are archived.'),
    ingestTimeout: whole(300, 5, 86_400, 'Seconds within which a master must be decoded.'),
    ingestMemory: whole(512, 64, 65_536, 'Megabytes that such a process may take for its own objects.'),
    codecMemory: whole(
      3072,
      64,
      65_536,
      'Megabytes that writing JPEG 2000, or reading it or PDF without the programs of the system, may take; larger images are refused.',
    ),
    openPacks: whole(256, 8, 10_000, 'Access packs that are kept open.'),
    maxWidth: whole(0, 0, 1_000_000, 'Widest image that is rendered; 0: no limit.'),
    maxHeight: whole(0, 0, 1_000_000, 'Highest image that is rendered; 0: as maxWidth.'),
    maxArea: whole(64_000_000, 0, 2_000_000_000, 'Most pixels of a rendered image; 0: no limit.'),
    upscaling: flag(
      true,
      'Render images larger than the master (^ in the IIIF Image API 3, any size in 2): up to twice as wide and high within the limits, with no more pixels than the master itself or, where it is smaller, 16 million.',
    ),
  })
  .describe('Access packs of page images and what is rendered from them.')
