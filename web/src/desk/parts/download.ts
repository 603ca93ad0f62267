// A file that only who has logged in may have: it is fetched with what is sent along with each request, then handed to the browser.
import { useMutation } from '@tanstack/react-query'
import { useInstallation } from '../../app/room.tsx'
import { ApiProblem, type Schemas } from '../../shared/api.ts'
import { credentialHeaders } from '../session/session.ts'

export function useDownload(fallbackName: string) {
  const { prefix } = useInstallation()
  return useMutation({
    mutationFn: async (path: string) => {
      const answer = await fetch(`${prefix}${path}`, { headers: credentialHeaders() }).catch(() => {
        throw new ApiProblem(0, 'offline')
      })
      if (!answer.ok) {
        const problem = (await answer.json().catch(() => ({}))) as Partial<Schemas['Problem']>
        throw new ApiProblem(answer.status, problem.title ?? answer.statusText, problem.detail)
      }
      const url = URL.createObjectURL(await answer.blob())
      const link = document.createElement('a')
      link.href = url
      link.download = /filename="([^"]+)"/.exec(answer.headers.get('content-disposition') ?? '')?.[1] ?? fallbackName
      link.click()
      // the browser has begun to read it by then
      setTimeout(() => URL.revokeObjectURL(url), 10_000)
    },
  })
}
