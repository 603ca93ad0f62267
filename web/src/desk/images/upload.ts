// A master on its way to the service: with its digest where the browser can make one, and how much of it has gone.
import { ApiProblem, type Schemas } from '../../shared/api.ts'
import { credentialHeaders } from '../session/session.ts'

/** Files above it are sent without a digest: a browser hashes only what it holds whole. */
const largest = 400 * 1024 * 1024

/** RFC 9530; undefined where the page did not come by a safe connection. */
async function digestOf(file: File): Promise<string | undefined> {
  if (file.size > largest || globalThis.crypto?.subtle === undefined) return undefined
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()))
  return `sha-256=:${btoa(String.fromCharCode(...hash))}:`
}

const mediaOf = (file: File): string => (file.type.startsWith('image/') ? file.type : 'application/octet-stream')

/** A file on its way, with its digest. @throws ApiProblem */
async function sendFile<T>(method: 'PUT' | 'POST', address: string, file: File, more: Readonly<Record<string, string>>, onProgress: (part: number) => void): Promise<T> {
  const digest = await digestOf(file)
  return await new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open(method, address)
    request.responseType = 'json'
    const headers = {
      ...credentialHeaders(),
      'content-type': mediaOf(file),
      ...more,
      ...(digest === undefined ? {} : { 'content-digest': digest }),
    }
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0)
    request.onerror = () => reject(new ApiProblem(0, 'offline'))
    request.onload = () => {
      const body = request.response as (T & { title?: string; detail?: string }) | null
      if (request.status < 300 && body) resolve(body)
      else reject(new ApiProblem(request.status, body?.title ?? request.statusText, body?.detail))
    }
    request.send(file)
  })
}

/** @throws ApiProblem 412 where the page has changed since it was read, 422 where no image can be made of the file */
export const putMaster = (address: string, file: File, etag: string, onProgress: (part: number) => void) =>
  sendFile<Schemas['Page']>('PUT', address, file, { 'if-match': etag }, onProgress)

/** @param key the same for each attempt: one that was answered to nobody makes no second page */
export const addScan = (address: string, file: File, key: string, onProgress: (part: number) => void) =>
  sendFile<Schemas['Page']>('POST', address, file, { 'idempotency-key': key }, onProgress)
