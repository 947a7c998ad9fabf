import { ApiError, FunctionCallingConfigMode, GoogleGenAI } from '@google/genai'
import { Client, keys, must, says } from './report.mjs'

const model = 'gemini-2.5-flash'
const contents = 'Say hello to the auditor.'
const config = { maxOutputTokens: 64 }
const functions = {
  ...config,
  tools: [{ functionDeclarations: [{ name: 'weather', description: 'The weather of a city', parametersJsonSchema: { type: 'object', properties: { city: { type: 'string' } } } }] }],
  toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.ANY } },
}
const it = new Client('genai-node')
const client = (url, apiKey = keys.good) => new GoogleGenAI({ apiKey, httpOptions: { baseUrl: `${url}/gemini` } }).models

const streamed = async chunks => {
  const all = []
  for await (const chunk of await chunks) all.push(chunk)
  return all
}

await it.feature('generate', async url => {
  const answer = await client(url).generateContent({ model, contents, config: { ...config, systemInstruction: 'Be brief.' } })
  must(answer.usageMetadata.promptTokenCount > 0 && answer.usageMetadata.candidatesTokenCount > 0, 'no usage')
  return answer.text
})

await it.feature('generate-stream', async url => {
  const chunks = await streamed(client(url).generateContentStream({ model, contents, config }))
  must(chunks.length > 1, 'no stream')
  must(chunks.at(-1).usageMetadata.candidatesTokenCount > 0, 'no usage')
  return chunks.map(chunk => chunk.text).join('')
})

await it.feature('tools', async url => {
  const answer = await client(url).generateContent({ model, contents, config: functions })
  return answer.functionCalls[0].name
})

await it.feature('tools-stream', async url => {
  const chunks = await streamed(client(url).generateContentStream({ model, contents, config: functions }))
  return chunks.flatMap(chunk => chunk.functionCalls ?? [])[0].name
})

await it.feature('embedding', async url => {
  const answer = await client(url).embedContent({ model: 'gemini-embedding-001', contents: ['one', 'two'] })
  must(answer.embeddings.length === 2, `${answer.embeddings.length} embeddings`)
  return `${answer.embeddings[0].values.length} numbers`
})

await it.feature('count-tokens', async url => {
  const answer = await client(url).countTokens({ model, contents })
  return answer.totalTokens
})

await it.feature('models', async url => {
  const names = []
  for await (const found of await client(url).list()) names.push(found.name)
  must(names.includes(`models/${model}`), `${model} is not listed`)
  return `${names.length} models`
})

const status = wanted => error => error instanceof ApiError && error.status === wanted
const generate = (url, key, asked = model) => client(url, key).generateContent({ model: asked, contents, config })

await it.refusal('wrong-key', status(401), says.key, url => generate(url, keys.wrong))
await it.refusal('revoked-key', status(401), says.key, url => generate(url, keys.revoked))
await it.refusal('budget-stop', status(429), says.budget, url => generate(url, keys.empty))
await it.refusal('budget-stop-stream', status(429), says.budget, url => streamed(client(url, keys.empty).generateContentStream({ model, contents, config })))
await it.refusal('unknown-model', status(404), says.model, url => generate(url, keys.good, 'does-not-exist'))
