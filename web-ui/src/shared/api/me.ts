import { useSuspenseQuery } from '@tanstack/react-query'
import client, { data } from './client'

/** Who is signed in and where; everything on a page is shown in this currency and time zone. */
export const useMe = () =>
  useSuspenseQuery({ queryKey: ['me'], queryFn: () => data(client.GET('/api/v1/me')), staleTime: 300_000 }).data
