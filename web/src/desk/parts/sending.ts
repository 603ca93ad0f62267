// Sends a file as it is, with its name in the address: to a title, to an order.
import { ApiProblem, type Schemas } from '../../shared/api.ts'
import { credentialHeaders } from '../session/session.ts'

/** @param address of the list that the file comes into */
export async function sendFile<Answer>(address: string, file: File): Promise<Answer> {
  const answer = await fetch(`${address}?name=${encodeURIComponent(file.name)}`, {
    method: 'POST',
    headers: { ...credentialHeaders(), 'content-type': 'application/octet-stream' },
    body: file,
  }).catch(() => {
    throw new ApiProblem(0, 'offline')
  })
  const document = (await answer.json()) as Answer & Schemas['Problem']
  if (!answer.ok) throw new ApiProblem(answer.status, document.title, document.detail)
  return document
}
