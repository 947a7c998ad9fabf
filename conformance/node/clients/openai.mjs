import OpenAI, { toFile } from 'openai'
import { PIXEL, silence } from './files.mjs'
import { Client, keys, must, says } from './report.mjs'

const model = 'gpt-4o-mini'
const messages = [{ role: 'user', content: 'Say hello to the auditor.' }]
const tools = [
  {
    type: 'function',
    function: { name: 'weather', description: 'The weather of a city', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
  },
]
const it = new Client('openai-node')
const client = (url, apiKey = keys.good) => new OpenAI({ baseURL: `${url}/v1`, apiKey })

await it.feature('chat', async url => {
  const answer = await client(url).chat.completions.create({ model, messages, user: 'ada' })
  must(answer.usage.total_tokens > 0, 'no usage')
  must(answer._request_id, 'no request id')
  return answer.choices[0].message.content
})

await it.feature('chat-stream', async url => {
  let text = ''
  let usage
  for await (const chunk of await client(url).chat.completions.create({ model, messages, stream: true })) {
    text += chunk.choices[0]?.delta?.content ?? ''
    usage ??= chunk.usage
  }
  must(!usage, 'a usage chunk that nobody asked for')
  return text
})

await it.feature('chat-stream-usage', async url => {
  const stream = client(url).chat.completions.stream({ model, messages, stream_options: { include_usage: true } })
  const answer = await stream.finalChatCompletion()
  must(answer.usage.total_tokens > 0, 'no usage')
  return answer.choices[0].message.content
})

await it.feature('tools', async url => {
  const answer = await client(url).chat.completions.create({ model, messages, tools, tool_choice: 'required' })
  return answer.choices[0].message.tool_calls[0].function.name
})

await it.feature('tools-stream', async url => {
  const answer = await client(url).chat.completions.stream({ model, messages, tools, tool_choice: 'required' }).finalChatCompletion()
  return answer.choices[0].message.tool_calls[0].function.name
})

await it.feature('embedding', async url => {
  const answer = await client(url).embeddings.create({ model: 'text-embedding-3-small', input: ['one text', 'and another one'] })
  must(answer.data.length === 2 && answer.data[1].embedding.every(Number.isFinite), 'no vectors')
  return `${answer.data[0].embedding.length} numbers`
})

await it.feature('responses', async url => {
  const answer = await client(url).responses.create({ model, input: 'Say hello to the auditor.' })
  must(answer.usage.total_tokens > 0, 'no usage')
  return answer.output_text
})

await it.feature('responses-stream', async url => {
  const stream = client(url).responses.stream({ model, input: 'Say hello to the auditor.' })
  let text = ''
  for await (const event of stream) {
    if (event.type === 'response.output_text.delta') text += event.delta
  }
  const answer = await stream.finalResponse()
  must(answer.output_text === text && answer.usage.total_tokens > 0, 'the parts are not the whole')
  return text
})

const sound = () => toFile(silence(3), 'speech.wav', { type: 'audio/wav' })
const pixel = () => toFile(Buffer.from(PIXEL, 'base64'), 'pixel.png', { type: 'image/png' })

await it.feature('image', async url => {
  const answer = await client(url).images.generate({ model: 'gpt-image-1', prompt: 'a cat', quality: 'low', size: '1024x1024' })
  must(answer.usage.total_tokens > 0, 'no usage')
  return `${answer.data[0].b64_json.length} characters of an image`
})

await it.feature('image-stream', async url => {
  const stream = await client(url).images.generate({ model: 'gpt-image-1', prompt: 'a cat', stream: true, partial_images: 2 })
  const types = []
  for await (const event of stream) types.push(event.type)
  return types.join(' ')
})

await it.feature('image-edit', async url => {
  const image = [await pixel(), await pixel()]
  const answer = await client(url).images.edit({ model: 'gpt-image-1', prompt: 'a cät', image })
  return `${answer.data[0].b64_json.length} characters of an image`
})

await it.feature('speech', async url => {
  const answer = await client(url).audio.speech.create({ model: 'tts-1', voice: 'alloy', input: 'Say hello to the auditor.' })
  return `${(await answer.arrayBuffer()).byteLength} bytes of sound`
})

await it.feature('transcription', async url => {
  const answer = await client(url).audio.transcriptions.create({ model: 'whisper-1', file: await sound() })
  return answer.text
})

await it.feature('transcription-stream', async url => {
  const stream = await client(url).audio.transcriptions.create({ model: 'gpt-4o-transcribe', file: await sound(), stream: true })
  let text = ''
  for await (const event of stream) if (event.type === 'transcript.text.delta') text += event.delta
  return text
})

await it.feature('moderation', async url => {
  const answer = await client(url).moderations.create({ model: 'omni-moderation-latest', input: 'a harmless text' })
  return `flagged: ${answer.results[0].flagged}`
})

await it.feature('completion', async url => {
  const answer = await client(url).completions.create({ model: 'gpt-3.5-turbo-instruct', prompt: 'Say hello', max_tokens: 5 })
  return answer.choices[0].text
})

await it.feature('background', async url => {
  const openai = client(url)
  let answer = await openai.responses.create({ model, input: 'Say hello to the auditor.', background: true })
  for (let asked = 0; asked < 10 && answer.status !== 'completed'; asked++) answer = await openai.responses.retrieve(answer.id)
  must(answer.usage?.output_tokens > 0, `no usage: ${answer.status}`)
  return answer.output_text
})

const body = { model, max_tokens: 64, messages }
const asked = ids => ids.map(id => JSON.stringify({ custom_id: id, method: 'POST', url: '/v1/chat/completions', body })).join('\n')
const upload = async (openai, lines) => openai.files.create({ file: await toFile(Buffer.from(lines), 'asked.jsonl'), purpose: 'batch' })

await it.feature('files', async url => {
  const { files } = client(url)
  const { id, bytes } = await upload({ files }, asked(['a']))
  must((await files.retrieve(id)).bytes === bytes, 'another size')
  const listed = []
  for await (const file of files.list()) listed.push(file.id)
  must(listed.includes(id), 'not in the list')
  must((await (await files.content(id)).text()) === asked(['a']), 'another content')
  return `deleted: ${(await files.delete(id)).deleted}`
})

await it.feature('batch', async url => {
  const openai = client(url)
  const file = await upload(openai, asked(['a', 'b', 'c']))
  let batch = await openai.batches.create({ input_file_id: file.id, endpoint: '/v1/chat/completions', completion_window: '24h' })
  for (let times = 0; times < 10 && batch.status !== 'completed'; times++) batch = await openai.batches.retrieve(batch.id)
  const results = (await (await openai.files.content(batch.output_file_id)).text()).trim().split('\n')
  must(results.length === 3, `${results.length} results`)
  return JSON.parse(results[0]).response.body.choices[0].message.content
})

await it.feature('models', async url => {
  const ids = []
  for await (const found of client(url).models.list()) ids.push(found.id)
  return ids.length > 0 ? `${ids.length} models` : ''
})

const own = (type, code) => error => error instanceof type && error.code === code
const chat = (url, key, asked = model) => client(url, key).chat.completions.create({ model: asked, messages })

await it.refusal('wrong-key', own(OpenAI.AuthenticationError, 'invalid_api_key'), says.key, url => chat(url, keys.wrong))
await it.refusal('revoked-key', own(OpenAI.AuthenticationError, 'invalid_api_key'), says.key, url => chat(url, keys.revoked))
await it.refusal('budget-stop', own(OpenAI.RateLimitError, 'project_spend_limit_exceeded'), says.budget, url => chat(url, keys.empty))
await it.refusal('budget-stop-stream', e => e instanceof OpenAI.RateLimitError, says.budget, url =>
  client(url, keys.empty).chat.completions.create({ model, messages, stream: true }),
)
await it.refusal('unknown-model', e => e instanceof OpenAI.NotFoundError, says.model, url => chat(url, keys.good, 'does-not-exist'))
