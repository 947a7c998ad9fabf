// Prices the exchanges of the gateway's tests by the package's own code: its readers of usage, its rules for models, its
// arithmetic. The gateway's tests compare their charges with what this writes: a cost, or costs by the time of day (UTC) from
// which they hold.
//
//   npm ci && npm run exchanges
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { calcPrice, extractUsage, findProvider } from '@pydantic/genai-prices'
import { PROVIDERS } from './providers.mjs'

const folder = new URL('../../../gateway/src/test/resources/exchanges/', import.meta.url)
/** Prices may depend on the time of day: each exchange is priced at every half hour of one day. */
const TIMES = Array.from({ length: 48 }, (_, i) => `${String(i >> 1).padStart(2, '0')}:${i % 2 ? '30' : '00'}:00Z`)
const FLAVORS = { '/chat/completions': 'chat', '/responses': 'responses', '/embeddings': 'embeddings' }

const between = (text, from, to) => text.slice(text.indexOf(from) + from.length, text.indexOf(to))

function read(file) {
  const text = readFileSync(new URL(file, folder), 'utf8')
  const [head, body] = between(text, '\n=== response\n', '\n=== end').split(/\n\n([^]*)/)
  const path = /^POST (\S+)/m.exec(text)[1]
  const request = JSON.parse(between(text, '=== request\n', '\n=== response\n').split(/\n\n([^]*)/)[1])
  return { text, path, status: Number(head.slice(9, 12)), body: body.split('\n=== shown\n')[0], request }
}

const eventsOf = (body) =>
  body
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice(6)))

/** One object that has the usage where the answer of the same call at once would have it. */
function whole(body) {
  if (/^\s*\{/.test(body)) return JSON.parse(body)
  const events = /^\s*\[/.test(body) ? JSON.parse(body) : eventsOf(body)
  if (events[0]?.type === 'message_start') {
    const deltas = events.filter((e) => e.type === 'message_delta').map((e) => e.usage)
    return { ...events[0].message, usage: Object.assign({}, events[0].message.usage, ...deltas) }
  }
  const last = events.findLast((e) => e.response?.usage ?? e.usage ?? e.x_groq?.usage)
  if (last) return last.response ?? { ...last, usage: last.usage ?? last.x_groq.usage }
  return events.findLast((e) => e.usageMetadata?.candidatesTokenCount !== undefined) ?? events.at(-1)
}

/** What an answer of Anthropic's was billed for: each of its rounds, or what it shows if it tells of none. */
function roundsOf(answer, asked) {
  const { iterations, server_tool_use, ...shown } = answer.usage ?? {}
  if (!iterations) return [answer]
  const fellBack = iterations.some((round) => round.type === 'fallback_message')
  return iterations.map((round, i) => ({
    model: round.model ?? (fellBack && round.type === 'message' ? asked : answer.model),
    usage: i === 0 ? { ...round, server_tool_use } : round,
  }))
}

function costOf({ path, body, request }, time) {
  const timestamp = new Date(`2026-11-27T${time}`)
  const [, first] = path.split('/')
  const ours = first === 'v1' ? (request.model.startsWith('mistral') ? 'mistral' : 'openai') : first
  const provider = findProvider({ providerId: PROVIDERS[ours] })
  const flavor = Object.entries(FLAVORS).find(([end]) => path.includes(end))?.[1]
  const answer = whole(body)
  const parts = roundsOf(answer, request.model).map((part) => {
    // who has no reader of its own speaks OpenAI's format
    const readers = provider.extractors ?? []
    const shape = (e) => (flavor === undefined) === (e.root === 'usageMetadata' || ours === 'anthropic')
    const own = readers.find((e) => e.api_flavor === flavor) ?? readers.find((e) => e.api_flavor === 'default' && shape(e))
    const reader = own ? provider : findProvider({ providerId: 'openai' })
    const { usage, model } = extractUsage(reader, part, own ? own.api_flavor : flavor)
    const asked = (/models\/([^:]+):/.exec(path) ?? [])[1] ?? request.model
    return calcPrice(usage, (model ?? asked).replace(/^models\//, ''), { provider, timestamp })?.total_price
  })
  return parts.some((cost) => cost === undefined) ? undefined : parts.reduce((sum, cost) => sum + cost, 0)
}

const costs = {}
for (const file of readdirSync(folder, { recursive: true }).sort()) {
  if (!file.endsWith('.http')) continue
  const exchange = read(file)
  if (!/^usage: exact$/m.test(exchange.text) || /^tokens: ?$/m.test(exchange.text)) continue
  const changes = TIMES.map((time) => [time, costOf(exchange, time)]).filter(([, cost], i, all) => cost !== undefined && cost !== all[i - 1]?.[1])
  if (changes.length > 0) costs[file.replace(/\.http$/, '')] = changes.length === 1 ? changes[0][1] : Object.fromEntries(changes)
}
writeFileSync(new URL('oracle.json', folder), `${JSON.stringify(costs, null, 1)}\n`)
console.log(`${Object.keys(costs).length} exchanges priced`)
