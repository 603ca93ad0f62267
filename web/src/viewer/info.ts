// What IIIF says of the image of a page: its sizes and tiles. Kept, so that a page that was prefetched or seen opens without asking.
import { queryOptions } from '@tanstack/react-query'

export const infoAddress = (page: number): string => `/iiif/image/3/${page}/info.json`

export const infoQuery = (address: string) =>
  queryOptions({
    queryKey: ['info', address],
    queryFn: async (): Promise<object> => {
      const answer = await fetch(address)
      if (!answer.ok) throw new Error(`${address}: ${answer.status}`)
      return (await answer.json()) as object
    },
  })
