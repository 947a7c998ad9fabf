import Anthropic from '@anthropic-ai/sdk'
import { assert, check, endedCalls, finish, key, newKey, url } from './harness.mjs'

const CLIENT = 'npm @anthropic-ai/sdk'
const client = new Anthropic({ baseURL: url, apiKey: key })
const ask = { model: 'claude-sonnet-4-5', max_tokens: 50, messages: [{ role: 'user', content: 'Say hello' }] }

await check(CLIENT, 'messages', async () => {
  const answer = await client.messages.create(ask)
  assert(answer.content[0].text.length > 0 && answer.usage.output_tokens > 0, 'no text or usage')
})

await check(CLIENT, 'stream', async () => {
  const message = await client.messages.stream(ask).finalMessage()
  assert(message.content[0].text.length > 0 && message.usage.output_tokens > 0, 'no text or usage')
})

await check(CLIENT, 'tools', async () => {
  const tools = [{ name: 'weather', input_schema: { type: 'object', properties: {} } }]
  const answer = await client.messages.create({ ...ask, tools })
  assert(answer.content[0].type === 'tool_use' && answer.content[0].name === 'weather', 'no tool call')
})

await check(CLIENT, 'count tokens', async () => {
  const { input_tokens: tokens } = await client.messages.countTokens({ model: ask.model, messages: ask.messages })
  assert(tokens > 0, 'no count')
})

await check(CLIENT, 'models', async () => {
  const names = []
  for await (const model of client.models.list()) names.push(model.id)
  assert(names.length > 0, 'no models')
})

await check(CLIENT, 'bearer token', async () => {
  const answer = await new Anthropic({ baseURL: url, apiKey: null, authToken: key }).messages.create(ask)
  assert(answer.content[0].text.length > 0, 'no text')
})

await check(CLIENT, 'wrong key', async () => {
  try {
    await new Anthropic({ baseURL: url, apiKey: 'vk_dev_wrong' }).messages.create(ask)
  } catch (error) {
    assert(error instanceof Anthropic.AuthenticationError, `${error}`)
    assert(error.error.error.type === 'authentication_error', JSON.stringify(error.error))
    return
  }
  throw new Error('it was let in')
})

await check(CLIENT, 'budget stop', async () => {
  const poor = await newKey('conformance anthropic', [{ limit: '0.000001', window: 'month', kind: 'hard' }])
  try {
    await new Anthropic({ baseURL: url, apiKey: poor.secret }).messages.create(ask)
  } catch (error) {
    assert(error.status === 429 && error.error.error.type === 'billing_error', JSON.stringify(error.error))
    assert(error.headers.get('x-should-retry') === 'false', 'x-should-retry is missing')
    const calls = await endedCalls(poor.id, 1)
    assert(calls.length === 1 && calls[0].status === 'denied', `${calls.length} attempts`)
    return
  }
  throw new Error('it was let through')
})

finish()
