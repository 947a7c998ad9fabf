import { createAnthropic } from '@ai-sdk/anthropic'
import { createOpenAI } from '@ai-sdk/openai'
import {
  APICallError,
  RetryError,
  embed,
  experimental_generateSpeech as generateSpeech,
  experimental_transcribe as transcribe,
  generateImage,
  generateText,
  jsonSchema,
  streamText,
  tool,
} from 'ai'
import { PIXEL, silence } from './files.mjs'
import { Client, keys, must, says } from './report.mjs'

globalThis.AI_SDK_LOG_WARNINGS = false
const it = new Client('ai-sdk')
const openai = (url, apiKey = keys.good) => createOpenAI({ baseURL: `${url}/v1`, apiKey })
const anthropic = (url, apiKey = keys.good) => createAnthropic({ baseURL: `${url}/v1`, apiKey })
const prompt = 'Say hello to the auditor.'
const tools = { weather: tool({ description: 'The weather of a city', inputSchema: jsonSchema({ type: 'object', properties: { city: { type: 'string' } } }) }) }

async function streamed(model) {
  let failure
  const stream = streamText({ model, prompt, onError: ({ error }) => (failure = error) })
  let text = ''
  for await (const part of stream.textStream) text += part
  if (failure) throw failure
  must((await stream.usage).outputTokens > 0, 'no usage')
  return text
}

await it.feature('chat', async url => (await generateText({ model: openai(url).chat('gpt-4o-mini'), prompt })).text)
await it.feature('chat-stream-usage', url => streamed(openai(url).chat('gpt-4o-mini')))
await it.feature('responses', async url => (await generateText({ model: openai(url)('gpt-4o-mini'), prompt })).text)
await it.feature('responses-stream', url => streamed(openai(url)('gpt-4o-mini')))
await it.feature('tools', async url => (await generateText({ model: openai(url).chat('gpt-4o-mini'), prompt, tools })).toolCalls[0].toolName)
await it.feature('tools-stream', async url => {
  const calls = await streamText({ model: openai(url).chat('gpt-4o-mini'), prompt, tools }).toolCalls
  return calls[0].toolName
})
await it.feature('image', async url => {
  const settings = { size: '1024x1024', providerOptions: { openai: { quality: 'low' } } }
  const { image } = await generateImage({ model: openai(url).image('gpt-image-1'), prompt: 'a cat', ...settings })
  return `${image.base64.length} characters of an image`
})
await it.feature('image-edit', async url => {
  const { image } = await generateImage({ model: openai(url).image('gpt-image-1'), prompt: { text: 'a cat', images: [PIXEL] } })
  return `${image.base64.length} characters of an image`
})
await it.feature('speech', async url => {
  const { audio } = await generateSpeech({ model: openai(url).speech('tts-1'), voice: 'alloy', text: prompt })
  return `${audio.uint8Array.length} bytes of sound`
})
await it.feature('transcription', async url => {
  return (await transcribe({ model: openai(url).transcription('whisper-1'), audio: silence(3) })).text
})
await it.feature('embedding', async url => (await embed({ model: openai(url).embedding('text-embedding-3-small'), value: 'one text' })).embedding.length)
await it.feature('messages', async url => (await generateText({ model: anthropic(url)('claude-haiku-4-5'), prompt })).text)
await it.feature('messages-stream', url => streamed(anthropic(url)('claude-haiku-4-5')))

const own = e => APICallError.isInstance(e) || RetryError.isInstance(e)
await it.refusal('wrong-key', own, says.key, url => generateText({ model: openai(url, keys.wrong).chat('gpt-4o-mini'), prompt }))
await it.refusal('revoked-key', own, says.key, url => generateText({ model: openai(url, keys.revoked).chat('gpt-4o-mini'), prompt }))
await it.refusal('unknown-model', own, says.model, url => generateText({ model: openai(url).chat('does-not-exist'), prompt }))
await it.refusal('budget-stop-stream', own, says.budget, url => streamed(openai(url, keys.empty).chat('gpt-4o-mini')))
await it.refusal('budget-stop', own, says.budget, url => generateText({ model: openai(url, keys.empty).chat('gpt-4o-mini'), prompt }))
await it.refusal('budget-stop-messages', own, says.budget, url => generateText({ model: anthropic(url, keys.empty)('claude-haiku-4-5'), prompt }))
