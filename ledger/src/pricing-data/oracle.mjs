// Writes a fixture of random usages, priced by the package itself, that the ledger's tests compare their charges with.
//
//   npm ci && npm run oracle
//
// Names are ids, aliases, dated snapshots and near misses; times reach over price changes and hours of the day; kinds
// are those for which the package has a rate. Where we differ on purpose (supplements.json), the package is not asked.
import { readFileSync, writeFileSync } from 'node:fs'
import { calcPrice, findProvider } from '@pydantic/genai-prices'
import { PROVIDERS } from './providers.mjs'

const target = new URL('../test/resources/pricing/oracle.json', import.meta.url)
const { cache_writes, dear_audio, rates, free } = JSON.parse(readFileSync(new URL('supplements.json', import.meta.url), 'utf8'))
const START = Date.UTC(2025, 4, 1)
const DAYS = 620

let state = 20261120n
const next = (bound) => {
  state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn
  return Number((state >> 33n) % BigInt(bound))
}
const pick = (list) => list[next(list.length)]

/** Names that a rule may be meant for, and some that only look like it. */
function namesOf(match) {
  if (match.or) return match.or.flatMap(namesOf)
  if (match.and) return match.and.flatMap(namesOf)
  if (match.equals) return [match.equals, `${match.equals}-20260301`, match.equals.toUpperCase()]
  if (match.starts_with) return [match.starts_with, `${match.starts_with}-2026-01-15`, `x-${match.starts_with}`]
  if (match.contains) return [match.contains, `us.${match.contains}-v1:0`]
  if (match.ends_with) return [match.ends_with, `eu.${match.ends_with}`]
  return []
}

/** Our kinds, each only where the package prices it apart; its own totals include them. */
function usageOf(prices) {
  const has = (key) => key in prices
  const tokens = { input: next(400_000) }
  if (has('cache_read_mtok')) tokens.input_cached = next(50_000)
  if (has('cache_write_mtok')) tokens.cache_write_5m = next(20_000)
  if (has('cache_write_1h_mtok')) tokens.cache_write_1h = next(20_000)
  if (has('input_audio_mtok')) tokens.input_audio = next(20_000)
  if (has('input_image_mtok')) tokens.input_image = next(20_000)
  if (has('output_mtok')) tokens.output = next(30_000)
  if (has('output_audio_mtok')) tokens.output_audio = next(20_000)
  if (has('output_image_mtok')) tokens.output_image = next(20_000)
  const units = {}
  if (has('web_searches_kcount')) units.web_searches = next(5)
  if (has('audio_hours')) units.audio_seconds = next(1200) / 4
  if (has('input_document_kpages')) units.pages = next(40)
  if (!has('input_mtok')) delete tokens.input
  const sum = (...kinds) => kinds.reduce((total, kind) => total + (tokens[kind] ?? 0), 0)
  const theirs = {
    input_tokens: sum('input', 'input_cached', 'cache_write_5m', 'cache_write_1h', 'input_audio', 'input_image'),
    output_tokens: sum('output', 'output_audio', 'output_image'),
    cache_read_tokens: sum('input_cached'),
    cache_write_tokens: sum('cache_write_5m', 'cache_write_1h'),
    cache_write_1h_tokens: sum('cache_write_1h'),
    input_audio_tokens: sum('input_audio'),
    input_image_tokens: sum('input_image'),
    cache_audio_read_tokens: 0,
    cache_image_read_tokens: 0,
    output_audio_tokens: sum('output_audio'),
    output_image_tokens: sum('output_image'),
    web_searches: units.web_searches ?? 0,
    audio_seconds: units.audio_seconds ?? 0,
    input_audio_seconds: units.audio_seconds ?? 0,
    input_document_pages: units.pages ?? 0,
  }
  return { tokens, units, theirs }
}

const clean = (map) => Object.fromEntries(Object.entries(map).filter(([, n]) => n))
const differs = (provider, model, tokens) =>
  rates.some((r) => r.model === model.id) ||
  (new RegExp(dear_audio.models).test(model.id) && (tokens.input_audio || tokens.output_audio)) ||
  (new RegExp(cache_writes.models).test(model.id) && (tokens.cache_write_5m || tokens.cache_write_1h) && provider !== 'anthropic')

const rows = []
for (const provider of Object.keys(PROVIDERS)) {
  const models = findProvider({ providerId: PROVIDERS[provider] }).models
  for (let i = 0; i < 50; i++) {
    const asked = pick(models)
    const name = pick([asked.id, ...namesOf(asked.match)])
    const at = new Date(START + next(DAYS * 24 * 4) * 15 * 60_000)
    const options = { providerId: PROVIDERS[provider], timestamp: at }
    const known = calcPrice({ input_tokens: 0 }, name, options)
    if (!known) {
      rows.push({ provider, model: name, at: at.toISOString(), total: null })
      continue
    }
    const { tokens, units, theirs } = usageOf(known.model_price)
    const nothing = Object.keys(known.model_price).length === 0
    if (differs(provider, known.model, tokens) || (nothing && !new RegExp(free.models).test(known.model.id))) continue
    const { total_price } = calcPrice(theirs, name, options)
    rows.push({ provider, model: name, at: at.toISOString(), tokens: clean(tokens), units: clean(units), total: total_price })
  }
}
writeFileSync(target, `{"rows": [\n${rows.map((r) => JSON.stringify(r)).join(',\n')}\n]}\n`)
console.log(`${rows.length} rows, ${rows.filter((r) => r.total === null).length} of them without a price`)
