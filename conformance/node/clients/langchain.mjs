import { ChatAnthropic } from '@langchain/anthropic'
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai'
import { Client, keys, must, says } from './report.mjs'

const it = new Client('langchain-js')
const prompt = 'Say hello to the auditor.'
const openai = (url, apiKey = keys.good) => new ChatOpenAI({ model: 'gpt-4o-mini', apiKey, configuration: { baseURL: `${url}/v1` } })
const anthropic = (url, apiKey = keys.good) => new ChatAnthropic({ model: 'claude-haiku-4-5', apiKey, anthropicApiUrl: url })

async function streamed(model) {
  let whole
  for await (const chunk of await model.stream(prompt)) whole = whole ? whole.concat(chunk) : chunk
  must(whole.usage_metadata.output_tokens > 0, 'no usage')
  return whole.text
}

await it.feature('chat', async url => (await openai(url).invoke(prompt)).text)
await it.feature('chat-stream-usage', url => streamed(openai(url)))
await it.feature('embedding', async url => {
  const embeddings = new OpenAIEmbeddings({ model: 'text-embedding-3-small', apiKey: keys.good, configuration: { baseURL: `${url}/v1` } })
  return (await embeddings.embedQuery('one text')).length
})
await it.feature('messages', async url => (await anthropic(url).invoke(prompt)).text)
await it.feature('messages-stream', url => streamed(anthropic(url)))

const own = e => e instanceof Error && e.status !== undefined
await it.refusal('wrong-key', own, says.key, url => openai(url, keys.wrong).invoke(prompt))
await it.refusal('budget-stop', own, says.budget, url => openai(url, keys.empty).invoke(prompt))
await it.refusal('budget-stop-messages', own, says.budget, url => anthropic(url, keys.empty).invoke(prompt))
