import { http, HttpResponse } from 'msw'
import { beforeEach, expect, test } from 'vitest'
import { forget, mayBeSignedIn } from '../session'
import { server } from '../testing/page'
import client, { data } from './client'

const create = () => data(client.POST('/api/v1/teams', { body: { name: 'Support' } }))

beforeEach(() => {
  forget()
  sessionStorage.setItem('refresh', 'first')
  server.use(
    http.post('*/api/v1/teams', async ({ request }) =>
      request.headers.get('Authorization') === 'Bearer new'
        ? HttpResponse.json({ id: 'team_1', name: ((await request.json()) as { name: string }).name })
        : HttpResponse.json({ detail: 'who are you?' }, { status: 401 })),
  )
})

test('a change whose token has run out is sent again, with its body', async () => {
  const tokens = ['old', 'new']
  server.use(http.post('*/oauth2/token', () => HttpResponse.json({ access_token: tokens.shift(), token_type: 'bearer', refresh_token: 'next' })))
  expect(await create()).toEqual({ id: 'team_1', name: 'Support' })
  expect(mayBeSignedIn()).toBe(true)
})

test('who cannot get a new token is signed out', async () => {
  server.use(http.post('*/oauth2/token', () => HttpResponse.json({ error: 'invalid_grant' }, { status: 400 })))
  await expect(create()).rejects.toThrow('who are you?')
  expect(mayBeSignedIn()).toBe(false)
})
