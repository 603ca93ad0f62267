// A JPEG within a PDF: those who draw the page fill up what is missing, and do not say so.
import { walkJpeg } from '../formats/jpeg/walk.ts'
import { sharp } from './sharp.ts'

/** @throws where its data are damaged */
export async function checkJpeg(jpeg: Buffer, maxPixels: number): Promise<void> {
  if (!walkJpeg(jpeg)) await sharp(jpeg, { failOn: 'error', limitInputPixels: maxPixels }).stats()
}
