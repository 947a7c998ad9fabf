// A provider that nobody listens for: a clear error in the caller's shape, nothing charged, nothing held.
import { api, assert, check, endedCalls, finish, newKey, units, url } from './harness.mjs'

await check('plain HTTP', 'unreachable upstream', async () => {
  const made = await newKey('conformance unreachable', [{ limit: '100', window: 'month', kind: 'hard' }])
  const answer = await fetch(`${url}/xai/v1/chat/completions`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${made.secret}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ model: 'grok-4', max_tokens: 20, messages: [{ role: 'user', content: 'ping' }] }),
  })
  const { error } = await answer.json()
  assert(answer.status === 502 && error.code === 'upstream_unreachable', `${answer.status}: ${JSON.stringify(error)}`)
  const [call] = await endedCalls(made.id, 1)
  assert(call.status === 'released', call.status)
  const [balance] = (await api(`/budgets?scope_type=key&scope_id=${made.id}`)).items
  assert([balance.spent, balance.held, balance.unresolved].every((amount) => units(amount) === 0n), JSON.stringify(balance))
})

finish()
