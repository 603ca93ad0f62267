// An image server as a first afternoon makes it: sharp on the master for every request.
import { createServer } from 'node:http'
import sharp from 'sharp'

const [port, ...masters] = process.argv.slice(2)
createServer((request, response) => {
  const [, at, region = '', size = ''] = (request.url ?? '').split('/')
  const [left = 0, top = 0, width = 1, height = 1] = region.split(',').map(Number)
  const [wide = 1, high = 1] = size.split(',').map(Number)
  sharp(masters[Number(at)])
    .extract({ left, top, width, height })
    .resize(wide, high, { fit: 'fill' })
    .jpeg({ quality: 85 })
    .toBuffer()
    .then(
      bytes => {
        response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': bytes.length })
        response.end(bytes)
      },
      (error: unknown) => {
        response.writeHead(500)
        response.end(String(error))
      },
    )
}).listen(Number(port), '127.0.0.1')
