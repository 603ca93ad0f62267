// Options of [server], [server.http], [limits] and [log].
import { z } from 'zod'
import { flag, list, oneOf, text, whole } from './option-kinds.ts'

export const serverSection = z
  .strictObject({
    portBase: whole(0, 0, 65_535, 'Added to every port number, so that one value moves all ports.'),
    bindHosts: list(['127.0.0.1'], 'Addresses to listen on; 0.0.0.0 and :: mean all.'),
    publicUrl: text(
      '',
      'Address under which the public reaches the service, for absolute links; empty means the address listened on.',
    ),
    trustProxy: list([], 'Addresses of proxies whose X-Forwarded headers count.'),
    corsOrigins: list(
      [],
      'Origins whose pages may use /api/v1 from a browser, with a key: https://tools.example.org. Sessions stay with pages of this service; IIIF, OAI and other public reads are open to all sites anyway.',
      z
        .string()
        .regex(
          /^https?:\/\/[a-z\d.-]+(?::\d{1,5})?$/,
          'expected origins like https://tools.example.org:8443',
        ),
    ),
    shutdownGrace: whole(20, 0, 600, 'Seconds that requests in flight are given to finish at shutdown.'),
  })
  .describe('Where the service listens and how it is reached.')

export const httpSection = z
  .strictObject({
    on: flag(true, 'Serve HTTP.'),
    port: whole(8080, 0, 65_535, 'Port; 0 takes a free one.'),
    requestTimeout: whole(
      300,
      1,
      86_400,
      'Seconds within which a request must have arrived, its body included.',
    ),
    headersTimeout: whole(15, 1, 600, 'Seconds within which the headers of a request must have arrived.'),
    keepAliveTimeout: whole(72, 1, 3600, 'Seconds that an idle connection is kept.'),
    compressFrom: whole(
      1400,
      0,
      1_000_000_000,
      'Bytes from which answers of text leave compressed, where the client takes Brotli or gzip; 0: never, as where a proxy compresses.',
    ),
    maxConnections: whole(2000, 1, 100_000, 'Connections at the same time.'),
  })
  .describe('The HTTP server.')

export const limitSection = z
  .strictObject({
    metadataBytes: whole(16 * 1024 * 1024, 1024, 1024 ** 3, 'Largest MODS, METS, ALTO or JSON body.'),
    uploadBytes: whole(4 * 1024 ** 3, 1024, 1024 ** 5, 'Largest upload of a master or of an import.'),
    pictureBytes: whole(
      10 * 1024 * 1024,
      1024,
      1024 ** 3,
      'Largest picture for the watermark or the footer of a domain.',
    ),
    freeMegabytes: whole(
      500,
      0,
      10_000_000,
      'Free space below which /ready says that it runs low, in megabytes; 0 never does.',
    ),
    pixels: whole(1_000_000_000, 1_000_000, 10_000_000_000, 'Most pixels of a master.'),
    xmlDepth: whole(256, 16, 10_000, 'Deepest nesting of an XML document.'),
    xmlAttributes: whole(
      200,
      16,
      10_000,
      'Most attributes of an element, declarations of namespaces included.',
    ),
    xmlElements: whole(2_000_000, 1000, 100_000_000, 'Most elements of an XML document.'),
    recordElements: whole(20_000, 100, 10_000_000, 'Most elements of one record of metadata.'),
    identifiers: whole(1000, 1, 100_000, 'Most identifiers of a title.'),
    names: whole(5000, 1, 100_000, 'Most names (persons, corporate bodies) of a record.'),
    documentTime: whole(60, 1, 3600, 'Seconds that the work on one large document may take.'),
    documentMemory: whole(1024, 64, 1_000_000, 'Megabytes that the work on one large document may take.'),
    documentThreads: whole(0, 0, 64, 'Threads that work on large documents; 0: one fewer than processors.'),
    batchIds: whole(100_000, 1, 10_000_000, 'Most ids in one batch request.'),
    syncBatch: whole(
      20_000,
      0,
      10_000_000,
      'Batches up to so many nodes are answered at once; larger ones become a job.',
    ),
    pageSize: whole(1000, 1, 10_000, 'Most entries of one page of a list.'),
  })
  .describe('Limits; exceeding one is answered with a problem document that names it.')

export const logSection = z
  .strictObject({
    level: oneOf(
      ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      'info',
      'Least severity that is logged.',
    ),
    slowStatement: whole(
      1000,
      1,
      3_600_000,
      'Milliseconds from which a statement is logged, without its parameters.',
    ),
    slowLoop: whole(
      200,
      20,
      3_600_000,
      'Milliseconds from which a held event loop is logged, with the requests that were being answered.',
    ),
    clientAddress: flag(
      false,
      'Log the address that a request came from; where it counts as personal data, say so in your privacy notice.',
    ),
  })
  .describe('The log, as JSON lines on standard output.')
