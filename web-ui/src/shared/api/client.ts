import createClient, { type Middleware } from 'openapi-fetch'
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

const bearer: Middleware = {
  async onRequest({ request }) {
    if (!token()) await refresh()
    if (token()) request.headers.set('Authorization', `Bearer ${token()}`)
    return request
  },
  async onResponse({ request, response }) {
    if (response.status !== 401) return undefined
    if (await refresh()) {
      const again = new Request(request.url, { method: request.method, headers: request.headers })
      again.headers.set('Authorization', `Bearer ${token()}`)
      if (request.method === 'GET') return fetch(again)
    }
    forget()
    return undefined
  },
}

const client = createClient<paths>({ baseUrl: location.origin })
client.use(bearer)

/** The data of an answer, or an {@link ApiError}. */
export async function data<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data: value, error, response } = await call
  if (error !== undefined || !response.ok) throw new ApiError((error ?? {}) as Partial<Problem>, response.status)
  return value as T
}

export default client
