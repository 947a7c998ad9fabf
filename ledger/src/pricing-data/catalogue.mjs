// Writes ../main/resources/pricing/catalogue-<day of release>.json from npm's @pydantic/genai-prices (MIT), tiers.json
// (see tiers.py) and supplements.json.
//
//   npm ci && npm run catalogue
//
// The same inputs give the same bytes: no clock and no network. Older files stay, for calls of their time.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { findProvider } from '@pydantic/genai-prices'
import { PROVIDERS, withoutLabel } from './providers.mjs'

const TOKEN_RATES = {
  input_mtok: 'input',
  cache_read_mtok: 'input_cached',
  cache_write_mtok: 'cache_write_5m',
  cache_write_5m_mtok: 'cache_write_5m',
  cache_write_1h_mtok: 'cache_write_1h',
  input_audio_mtok: 'input_audio',
  input_image_mtok: 'input_image',
  output_mtok: 'output',
  output_reasoning_mtok: 'output_reasoning',
  output_audio_mtok: 'output_audio',
  output_image_mtok: 'output_image',
}
// Units that are not tokens: our name, and how many of them the list's price is for.
const UNIT_RATES = {
  web_searches_kcount: ['web_searches', '1000'],
  storage_searches_kcount: ['file_searches', '1000'],
  audio_hours: ['audio_seconds', '3600'],
  input_audio_hours: ['audio_seconds', '3600'],
  input_document_kpages: ['pages', '1000'],
  input_annotated_document_kpages: ['annotated_pages', '1000'],
  input_text_messages_kcount: ['messages', '1000'],
}
// Kinds that the ledger does not tell apart. A key that is in none of these lists stops the script: read what it means.
const LEFT_OUT = ['cache_audio_read_mtok', 'cache_image_read_mtok', 'input_video_mtok', 'output_video_mtok']

const here = (name) => new URL(name, import.meta.url)
const json = (url) => JSON.parse(readFileSync(url, 'utf8'))
const { released } = json(here('package.json'))
const supplements = json(here('supplements.json'))
const tiers = json(here('tiers.json')).providers
const packageFolder = createRequire(import.meta.url).resolve('@pydantic/genai-prices').replace(/dist.*/, '')
const { version, license } = json(`${packageFolder}package.json`)

const decimal = (number) => {
  const text = String(number)
  return text.includes('e') ? number.toFixed(20).replace(/0+$/, '') : text
}

/** Exact, as the factors are short decimals: no binary fraction comes near a price. */
const times = (price, factor) => {
  const [whole, fraction = ''] = price.split('.')
  const [by, places = ''] = factor.split('.')
  const digits = (BigInt(whole + fraction) * BigInt(by + places)).toString()
  const scale = fraction.length + places.length
  const padded = digits.padStart(scale + 1, '0')
  const cut = padded.length - scale
  return scale ? `${padded.slice(0, cut)}.${padded.slice(cut)}`.replace(/\.?0+$/, '') : digits
}

const scaled = ({ price, tiers }, factor) => ({
  price: times(price, factor),
  ...(tiers && { tiers: tiers.map((t) => ({ above: t.above, price: times(t.price, factor) })) }),
})

const rate = (value) =>
  typeof value === 'object'
    ? {
        price: decimal(value.base),
        tiers: [...value.tiers].sort((a, b) => a.start - b.start).map((t) => ({ above: t.start, price: decimal(t.price) })),
      }
    : { price: decimal(value) }

const minimum = (provider, model, unit) =>
  supplements.minimums.find((m) => m.provider === provider && m.models.includes(model) && m.unit === unit)?.least

function rates(prices, provider, model) {
  const tokens = {}
  const units = {}
  for (const [key, value] of Object.entries(prices)) {
    if (key in TOKEN_RATES) tokens[TOKEN_RATES[key]] = rate(value)
    else if (key in UNIT_RATES) {
      const [unit, per] = UNIT_RATES[key]
      const least = minimum(provider, model, unit)
      units[unit] = { ...rate(value), per, ...(least && { least }) }
    } else if (!LEFT_OUT.includes(key)) throw new Error(`${provider}/${model}: what is ${key}?`)
  }
  return { tokens, ...(Object.keys(units).length && { units }) }
}

function price({ prices, constraint }, provider, model) {
  const entry = {}
  if (constraint?.type === 'start_date') entry.from = constraint.start_date
  else if (constraint?.type === 'time_of_date') entry.daily = { from: constraint.start_time, to: constraint.end_time }
  else if (constraint) throw new Error(`${provider}/${model}: what is ${JSON.stringify(constraint)}?`)
  Object.assign(entry, rates(prices, provider, model))
  const added = supplements.rates.find((r) => r.provider === provider && r.model === model)?.tokens ?? {}
  for (const [kind, text] of Object.entries(added)) entry.tokens[kind] ??= { price: text }
  const { models, five_minutes, one_hour } = supplements.cache_writes
  if (new RegExp(models).test(model) && entry.tokens.input) {
    entry.tokens.cache_write_5m ??= scaled(entry.tokens.input, five_minutes)
    entry.tokens.cache_write_1h ??= scaled(entry.tokens.input, one_hour)
  }
  if (!Object.keys(prices).length && new RegExp(supplements.free.models).test(model))
    entry.tokens = { input: { price: '0' }, output: { price: '0' } }
  return entry
}

const first = (value) => Number(typeof value === 'object' ? value.base : value)

/** Rates of service tiers, unless the list that has them knows other standard rates than ours. */
function served(provider, id, prices) {
  const found = tiers[PROVIDERS[provider]]?.[id]
  const latest = Array.isArray(prices) ? prices.at(-1).prices : prices
  if (!found || Object.entries(found.standard).some(([key, value]) => first(value) !== first(latest[key]))) return undefined
  const byTier = {}
  for (const { tier, from, prices } of found.variants)
    (byTier[tier] ??= []).push({ ...(from && { from }), ...rates(prices, provider, id) })
  return byTier
}

/** Tiers that no list has, as a share of the standard price. */
function supplemented(provider, id, standard) {
  const own = supplements.model_tiers.filter((t) => t.provider === provider && t.models.includes(id))
  const tokens = (factor) => Object.fromEntries(Object.entries(standard).map(([kind, rate]) => [kind, scaled(rate, factor)]))
  return own.length ? Object.fromEntries(own.map((t) => [t.tier, [{ from: t.from, tokens: tokens(t.factor) }]])) : undefined
}

function model({ id, match, context_window, prices }, provider) {
  const dated = (Array.isArray(prices) ? prices : [{ prices }]).map((p) => price(p, provider, id))
  const dear = new RegExp(supplements.dear_audio.models).test(id)
  const own = dear ? ['input_audio', 'output_audio'].filter((kind) => dated.some((d) => !d.tokens[kind])) : []
  const tiers = served(provider, id, prices) ?? supplemented(provider, id, dated.at(-1).tokens)
  return {
    id: withoutLabel(id),
    match,
    ...(context_window && { context_window }),
    ...(own.length && { never_as_text: own }),
    prices: dated,
    ...(tiers && { tiers }),
  }
}

const providers = Object.entries(PROVIDERS).map(([ours, theirs]) => {
  const { fallback_model_providers = [], models } = findProvider({ providerId: theirs })
  const head = {
    fallback: fallback_model_providers.flatMap((name) => Object.keys(PROVIDERS).filter((key) => PROVIDERS[key] === name)),
    tiers: Object.fromEntries(
      supplements.service_tiers.filter((t) => t.provider === ours).map((t) => [t.tier, { factor: t.factor }]),
    ),
  }
  const lines = models.map((m) => `  ${JSON.stringify(model(m, ours))}`)
  return [lines.length, ` ${JSON.stringify(ours)}: ${JSON.stringify(head).slice(0, -1)}, "models": [\n${lines.join(',\n')}\n ]}`]
})

const head = {
  version: `genai-prices-${version}-r${supplements.revision}`,
  date: released,
  currency: 'USD',
  source: `@pydantic/genai-prices ${version} (npm), with tiers and supplements; see docs/pricing.md`,
  license: `${license}, Copyright (c) Pydantic Services Inc.`,
}
const folder = here('../main/resources/pricing/')
writeFileSync(
  new URL(`catalogue-${released}.json`, folder),
  `${JSON.stringify(head).slice(0, -1)},\n"providers": {\n${providers.map(([, text]) => text).join(',\n')}\n}}\n`,
)
const shipped = readdirSync(folder).filter((name) => /^catalogue-.*\.json$/.test(name)).sort()
writeFileSync(new URL('shipped.json', folder), `${JSON.stringify(shipped)}\n`)
console.log(`${providers.reduce((n, [count]) => n + count, 0)} models, ${head.version}, ${released}`)
