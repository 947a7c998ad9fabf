// What must hold whatever client is used: budgets under parallel calls, and a clear error for each kind of bad request.
import { api, assert, check, endedCalls, finish, newKey, units, url, within } from './harness.mjs'

const CLIENT = 'plain HTTP'
const chat = (secret, body, path = '/v1/chat/completions', headers = {}) =>
  fetch(url + path, {
    method: 'POST',
    headers: { Authorization: `Bearer ${secret}`, 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
const ask = { model: 'gpt-4o-mini', max_tokens: 1000, messages: [{ role: 'user', content: 'Say hello' }] }

await check(CLIENT, 'parallel calls stop at the limit', async () => {
  const made = await newKey('conformance parallel', [{ limit: '0.01', window: 'month', kind: 'hard' }])
  let most = 0n
  let watching = true
  const watch = (async () => {
    while (watching) {
      const [balance] = (await api(`/budgets?scope_type=key&scope_id=${made.id}`)).items
      const used = units(balance.spent) + units(balance.held) + units(balance.unresolved)
      most = used > most ? used : most
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })()
  // each call holds 0.0006 and more and spends less, so 0.01 is reached by many at once
  const answers = await Promise.all(
    Array.from({ length: 64 }, () => chat(made.secret, ask, '/v1/chat/completions', { 'x-stub': 'delay=1s' })),
  )
  watching = false
  await watch
  const refused = answers.filter((answer) => answer.status === 429)
  const admitted = answers.filter((answer) => answer.status === 200)
  assert(admitted.length > 0 && refused.length > 0, `${admitted.length} admitted, ${refused.length} refused`)
  assert(admitted.length + refused.length === 64, `other answers: ${answers.map((a) => a.status)}`)
  for (const answer of refused) {
    assert(answer.headers.get('x-should-retry') === 'false', 'x-should-retry is missing')
    const { error } = await answer.json()
    assert(error.type === 'insufficient_quota', JSON.stringify(error))
  }
  assert(most <= units('0.01'), `spent, held and unresolved reached ${most} trillionths`)
  const calls = await endedCalls(made.id, admitted.length)
  assert(calls.filter((call) => call.status === 'settled').length === admitted.length, 'not all admitted calls are settled')
})

const errors = [
  ['wrong key', () => chat('vk_dev_wrong', ask), 401],
  ['no key', () => fetch(`${url}/v1/chat/completions`, { method: 'POST', body: '{}' }), 401],
  ['malformed JSON', (secret) => chat(secret, '{"model":'), 400],
  ['duplicate field', (secret) => chat(secret, '{"model":"gpt-4o-mini","max_tokens":1,"max_tokens":9,"messages":[]}'), 400],
  ['negative max_tokens', (secret) => chat(secret, { ...ask, max_tokens: -1 }), 400],
  ['20 MB body', (secret) => chat(secret, { ...ask, messages: [{ role: 'user', content: 'x'.repeat(20_000_000) }] }), 400],
  ['unknown model', (secret) => chat(secret, { ...ask, model: 'does-not-exist' }), 404],
  ['path without a meter', (secret) => chat(secret, ask, '/v1/fine_tuning/jobs'), 404],
]
const budgeted = await newKey('conformance errors', [{ limit: '100', window: 'month', kind: 'hard' }])
for (const [name, send, status] of errors) {
  await check(CLIENT, name, async () => {
    const answer = await send(budgeted.secret)
    const body = await answer.json()
    assert(answer.status === status, `${answer.status}: ${JSON.stringify(body)}`)
    assert(body.error.message.length > 10 && body.error.type, `no clear error: ${JSON.stringify(body)}`)
    assert(answer.headers.get('x-auditor-call-id'), 'no call id')
  })
}

await check(CLIENT, 'revoked key', async () => {
  const made = await newKey('conformance revoked')
  assert((await chat(made.secret, ask)).status === 200, 'the new key does not work at once')
  await api(`/keys/${made.id}/revoke`, { method: 'POST', body: '{}' })
  assert((await chat(made.secret, ask)).status === 401, 'the revoked key still works')
})

for (const [wish, status, end] of [
  ['status=429', 429, 'released'],
  ['status=500', 500, 'expired'],
]) {
  await check(CLIENT, `the provider answers ${wish}`, async () => {
    const made = await newKey(`conformance ${wish}`)
    assert((await chat(made.secret, ask, '/v1/chat/completions', { 'x-stub': wish })).status === status, 'another status')
    const [call] = await endedCalls(made.id, 1)
    assert(call.status === end && call.http_status === status, `${call.status} ${call.http_status}`)
  })
}

await check(CLIENT, 'a client that leaves is charged all the same', async () => {
  const made = await newKey('conformance leaves')
  const leaving = new AbortController()
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    signal: leaving.signal,
    headers: { Authorization: `Bearer ${made.secret}`, 'Content-Type': 'application/json', 'x-stub': 'pause=30ms' },
    body: JSON.stringify({ ...ask, stream: true }),
  })
  await answer.body.getReader().read()
  leaving.abort()
  const call = await within(5, 'the settlement', async () => {
    const { items } = await api(`/calls?key_id=${made.id}`)
    return items.find((c) => c.status === 'settled')
  })
  assert(call.usage.status === 'exact', `usage is ${call.usage.status}`)
})

await check(CLIENT, 'nothing stays held', async () => {
  await within(5, 'no hold on the key', async () => {
    const [balance] = (await api(`/budgets?scope_type=key&scope_id=${budgeted.id}`)).items
    return units(balance.held) === 0n
  })
})

finish()
