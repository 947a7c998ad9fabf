import { ChatAnthropic } from '@langchain/anthropic'
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai'
import { Client, keys, must, says } from './report.mjs'

const it = new Client('langchain-js')
const prompt = 'Say hello to the auditor.'
const openai = (url, apiKey = keys.good, settings = {}) =>
  new ChatOpenAI({ model: 'gpt-4o-mini', apiKey, configuration: { baseURL: `${url}/v1` }, ...settings })
const responses = url => openai(url, keys.good, { useResponsesApi: true })
const weather = { type: 'function', function: { name: 'weather', parameters: { type: 'object', properties: {} } } }
const withTools = url => openai(url).bindTools([weather], { tool_choice: 'required' })
const anthropic = (url, apiKey = keys.good) => new ChatAnthropic({ model: 'claude-haiku-4-5', apiKey, anthropicApiUrl: url })

async function whole(model) {
  let answer
  for await (const chunk of await model.stream(prompt)) answer = answer ? answer.concat(chunk) : chunk
  return answer
}

async function streamed(model) {
  const answer = await whole(model)
  must(answer.usage_metadata.output_tokens > 0, 'no usage')
  return answer.text
}

await it.feature('chat', async url => (await openai(url).invoke(prompt)).text)
await it.feature('chat-stream-usage', url => streamed(openai(url)))
await it.feature('tools', async url => (await withTools(url).invoke(prompt)).tool_calls[0].name)
await it.feature('tools-stream', async url => (await whole(withTools(url))).tool_calls[0].name)
await it.feature('responses', async url => (await responses(url).invoke(prompt)).text)
await it.feature('responses-stream', url => streamed(responses(url)))
await it.feature('embedding', async url => {
  const embeddings = new OpenAIEmbeddings({ model: 'text-embedding-3-small', apiKey: keys.good, configuration: { baseURL: `${url}/v1` } })
  return (await embeddings.embedQuery('one text')).length
})
await it.feature('messages', async url => (await anthropic(url).invoke(prompt)).text)
await it.feature('messages-stream', url => streamed(anthropic(url)))

const own = e => e instanceof Error && e.status !== undefined
await it.refusal('wrong-key', own, says.key, url => openai(url, keys.wrong).invoke(prompt))
await it.refusal('revoked-key', own, says.key, url => openai(url, keys.revoked).invoke(prompt))
await it.refusal('unknown-model', own, says.model, url => openai(url, keys.good, { model: 'does-not-exist' }).invoke(prompt))
await it.refusal('budget-stop-stream', own, says.budget, url => streamed(openai(url, keys.empty)))
await it.refusal('budget-stop', own, says.budget, url => openai(url, keys.empty).invoke(prompt))
await it.refusal('budget-stop-messages', own, says.budget, url => anthropic(url, keys.empty).invoke(prompt))
