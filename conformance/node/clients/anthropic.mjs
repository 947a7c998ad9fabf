import Anthropic from '@anthropic-ai/sdk'
import { Client, keys, must, says } from './report.mjs'

const model = 'claude-haiku-4-5'
const ask = { model, max_tokens: 64, messages: [{ role: 'user', content: 'Say hello to the auditor.' }] }
const tools = [{ name: 'weather', description: 'The weather of a city', input_schema: { type: 'object', properties: { city: { type: 'string' } } } }]
const it = new Client('anthropic-node')
const client = (baseURL, apiKey = keys.good) => new Anthropic({ baseURL, apiKey })

await it.feature('messages', async url => {
  const answer = await client(url).messages.create({ ...ask, system: 'Be brief.', metadata: { user_id: 'ada' } })
  must(answer.usage.input_tokens > 0 && answer.usage.output_tokens > 0, 'no usage')
  must(answer._request_id, 'no request id')
  return answer.content[0].text
})

await it.feature('messages-stream', async url => {
  const answer = await client(url).messages.stream(ask).finalMessage()
  must(answer.usage.output_tokens > 0, 'no usage')
  return answer.content[0].text
})

await it.feature('messages-beta', async url => {
  const answer = await client(url).beta.messages.create({ ...ask, betas: ['context-1m-2025-08-07'] })
  return answer.content[0].text
})

await it.feature('tools', async url => {
  const answer = await client(url).messages.create({ ...ask, tools, tool_choice: { type: 'any' } })
  return answer.content.find(block => block.type === 'tool_use').name
})

await it.feature('tools-stream', async url => {
  const answer = await client(url).messages.stream({ ...ask, tools, tool_choice: { type: 'any' } }).finalMessage()
  return answer.content.find(block => block.type === 'tool_use').name
})

await it.feature('count-tokens', async url => {
  const answer = await client(url).messages.countTokens({ model, messages: ask.messages })
  return answer.input_tokens
})

await it.feature('bearer-token', async url => {
  const answer = await new Anthropic({ baseURL: url, apiKey: null, authToken: keys.good }).messages.create(ask)
  return answer.content[0].text
})

await it.feature('message-batch', async url => {
  const { batches } = client(url).messages
  let batch = await batches.create({ requests: ['a', 'b'].map(custom_id => ({ custom_id, params: ask })) })
  for (let times = 0; times < 10 && batch.processing_status !== 'ended'; times++) batch = await batches.retrieve(batch.id)
  const texts = []
  for await (const { result } of await batches.results(batch.id)) texts.push(result.message.content[0].text)
  must(texts.length === 2, `${texts.length} results`)
  return texts.join(' ')
})

await it.feature('models', async url => {
  const ids = []
  for await (const found of client(url).models.list()) ids.push(found.id)
  return ids.length > 0 ? `${ids.length} models` : ''
})

const message = (url, key, asked = model) => client(url, key).messages.create({ ...ask, model: asked })

await it.refusal('wrong-key', e => e instanceof Anthropic.AuthenticationError, says.key, url => message(url, keys.wrong))
await it.refusal('revoked-key', e => e instanceof Anthropic.AuthenticationError, says.key, url => message(url, keys.revoked))
await it.refusal('budget-stop', e => e instanceof Anthropic.RateLimitError && e.error.error.type === 'billing_error', says.budget, url => message(url, keys.empty))
await it.refusal('budget-stop-stream', e => e instanceof Anthropic.RateLimitError, says.budget, url => client(url, keys.empty).messages.stream(ask).finalMessage())
await it.refusal('unknown-model', e => e instanceof Anthropic.NotFoundError, says.model, url => message(url, keys.good, 'does-not-exist'))
