import createClient from 'openapi-fetch'
import { forget, refresh, token } from '../session'
import type { components, paths } from './schema'

export type Schemas = components['schemas']
type Problem = Schemas['Problem']

/** What the API says is wrong, with the fields that it concerns. */
export class ApiError extends Error {
  readonly status: number
  readonly fields: Record<string, string>

  constructor(problem: Partial<Problem>, status: number) {
    super(problem.detail ?? problem.title ?? `the server answered ${status}`)
    this.status = status
    this.fields = Object.fromEntries((problem.errors ?? []).map((e) => [e.field, e.message]))
  }
}

/** As the person who has signed in; what comes back because the token has run out is sent once more with a new one. */
async function send(request: Request): Promise<Response> {
  if (!token()) await refresh()
  const again = request.clone()
  const response = await fetch(signed(request))
  if (response.status !== 401) return response
  if (await refresh()) return fetch(signed(again))
  forget()
  return response
}

function signed(request: Request): Request {
  if (token()) request.headers.set('Authorization', `Bearer ${token()}`)
  return request
}

const client = createClient<paths>({ baseUrl: location.origin, fetch: send })

/** The data of an answer, or an {@link ApiError}. */
export async function data<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data: value, error, response } = await call
  if (error !== undefined || !response.ok) throw new ApiError((error ?? {}) as Partial<Problem>, response.status)
  return value as T
}

export default client
