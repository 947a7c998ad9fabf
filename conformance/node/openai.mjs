import OpenAI from 'openai'
import { api, assert, check, endedCalls, finish, key, newKey, units, url, within } from './harness.mjs'

const CLIENT = 'npm openai'
const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: key })
const ask = { model: 'gpt-4o-mini', max_tokens: 50, messages: [{ role: 'user', content: 'Say hello' }] }

await check(CLIENT, 'chat', async () => {
  const answer = await client.chat.completions.create(ask)
  assert(answer.choices[0].message.content.length > 0, 'no text')
  assert(answer.usage.total_tokens > 0, 'no usage')
})

await check(CLIENT, 'stream', async () => {
  let text = ''
  for await (const chunk of await client.chat.completions.create({ ...ask, stream: true })) {
    assert(!('usage' in chunk) || chunk.usage === null, 'a usage that was not asked for')
    assert(chunk.choices.length > 0, 'a chunk without choices that was not asked for')
    text += chunk.choices[0].delta.content ?? ''
  }
  assert(text.length > 0, 'no text')
})

await check(CLIENT, 'stream with usage', async () => {
  let usage
  for await (const chunk of await client.chat.completions.create({ ...ask, stream: true, stream_options: { include_usage: true } })) {
    usage = chunk.usage ?? usage
  }
  assert(usage.total_tokens > 0, 'no usage')
})

await check(CLIENT, 'tools', async () => {
  const tools = [{ type: 'function', function: { name: 'weather', parameters: { type: 'object', properties: {} } } }]
  const answer = await client.chat.completions.create({ ...ask, tools })
  assert(answer.choices[0].message.tool_calls[0].function.name === 'weather', 'no tool call')
})

await check(CLIENT, 'embedding', async () => {
  const answer = await client.embeddings.create({ model: 'text-embedding-3-small', input: 'hello' })
  assert(answer.data[0].embedding.length > 0, 'no vector')
})

await check(CLIENT, 'responses', async () => {
  const answer = await client.responses.create({ model: 'gpt-4o-mini', input: 'Say hello', max_output_tokens: 50 })
  assert(answer.output_text.length > 0, 'no text')
})

await check(CLIENT, 'responses stream', async () => {
  let done
  for await (const event of await client.responses.create({ model: 'gpt-4o-mini', input: 'Say hello', max_output_tokens: 50, stream: true })) {
    if (event.type === 'response.completed') done = event.response
  }
  assert(done.usage.total_tokens > 0, 'no usage')
})

await check(CLIENT, 'models', async () => {
  const names = []
  for await (const model of client.models.list()) names.push(model.id)
  assert(names.includes('gpt-4o-mini'), 'gpt-4o-mini is missing')
})

await check(CLIENT, 'wrong key', async () => {
  try {
    await new OpenAI({ baseURL: `${url}/v1`, apiKey: 'vk_dev_wrong' }).chat.completions.create(ask)
  } catch (error) {
    assert(error instanceof OpenAI.AuthenticationError && error.code === 'invalid_api_key', `${error}`)
    return
  }
  throw new Error('it was let in')
})

await check(CLIENT, 'budget stop', async () => {
  const poor = await newKey('conformance openai', [{ limit: '0.000001', window: 'month', kind: 'hard' }])
  try {
    await new OpenAI({ baseURL: `${url}/v1`, apiKey: poor.secret }).chat.completions.create(ask)
  } catch (error) {
    assert(error instanceof OpenAI.RateLimitError, `${error}`)
    assert(error.type === 'insufficient_quota' && error.code === 'project_spend_limit_exceeded', `${error.type} ${error.code}`)
    assert(error.headers.get('x-should-retry') === 'false', 'x-should-retry is missing')
    const calls = await endedCalls(poor.id, 1)
    assert(calls.length === 1 && calls[0].status === 'denied', `${calls.length} attempts`)
    return
  }
  throw new Error('it was let through')
})

await check(CLIENT, 'exact cost by team', async () => {
  const mine = await newKey('conformance cost')
  const before = await api('/spend?group_by=key')
  assert(!before.groups.some((group) => group.id === mine.id), 'the new key has spent already')
  const { response } = await new OpenAI({ baseURL: `${url}/v1`, apiKey: mine.secret }).chat.completions.create(ask).withResponse()
  const cost = response.headers.get('x-auditor-cost')
  const group = await within(2, 'the cost of the key', async () => {
    const { groups } = await api('/spend?group_by=key')
    return groups.find((g) => g.id === mine.id)
  })
  assert(units(group.cost) === units(cost), `${group.cost} is not ${cost}`)
  const [call] = await endedCalls(mine.id, 1)
  const lines = call.lines.reduce((sum, line) => sum + units(line.amount), 0n)
  assert(lines === units(cost), 'the lines do not add up')
  const { total, groups } = await api('/spend?group_by=team')
  assert(groups.reduce((sum, g) => sum + units(g.cost), 0n) === units(total), 'the teams do not add up')
})

finish()
