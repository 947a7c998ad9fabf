// Writes ../main/resources/pricing/catalogue.json from npm's @pydantic/genai-prices (MIT).
//
//   npm ci && npm run catalogue [-- --date YYYY-MM-DD]
//
// The same package gives the same bytes: no clock is read. The date is the day on which a person took the list over.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { findProvider } from '@pydantic/genai-prices'
import { PROVIDERS } from './providers.mjs'

const target = new URL('../main/resources/pricing/catalogue.json', import.meta.url)
const packageFolder = createRequire(import.meta.url).resolve('@pydantic/genai-prices').replace(/dist.*/, '')
const { version, license } = JSON.parse(readFileSync(`${packageFolder}package.json`, 'utf8'))

const TOKEN_RATES = {
  input_mtok: 'input',
  cache_read_mtok: 'input_cached',
  cache_write_mtok: 'cache_write_5m',
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
  requests_kcount: ['calls', '1000'],
  audio_hours: ['audio_seconds', '3600'],
  input_audio_hours: ['audio_seconds', '3600'],
  input_document_kpages: ['pages', '1000'],
}

const decimal = (number) => {
  const text = String(number)
  return text.includes('e') ? number.toFixed(20).replace(/0+$/, '') : text
}

const rate = (value) =>
  typeof value === 'number'
    ? { price: decimal(value) }
    : { price: decimal(value.base), tiers: value.tiers.map((t) => ({ above: t.start, price: decimal(t.price) })) }

function price({ prices, constraint }) {
  const entry = {}
  if (constraint?.type === 'start_date') entry.from = constraint.start_date
  if (constraint?.type === 'time_of_date') entry.daily = { from: constraint.start_time, to: constraint.end_time }
  entry.tokens = {}
  entry.units = {}
  for (const [key, value] of Object.entries(prices)) {
    if (key in TOKEN_RATES) entry.tokens[TOKEN_RATES[key]] = rate(value)
    else if (key in UNIT_RATES) entry.units[UNIT_RATES[key][0]] = { ...rate(value), per: UNIT_RATES[key][1] }
  }
  return entry
}

function model({ id, match, context_window, prices }) {
  const dated = Array.isArray(prices) ? prices : [{ prices }]
  return { id, match, ...(context_window && { context_window }), prices: dated.map(price) }
}

const dateFlag = process.argv.indexOf('--date')
const previous = (() => {
  try {
    return JSON.parse(readFileSync(target, 'utf8')).date
  } catch {
    return undefined
  }
})()
const date = dateFlag > 0 ? process.argv[dateFlag + 1] : previous
if (!/^\d{4}-\d\d-\d\d$/.test(date ?? '')) throw new Error('say the day of the take-over: --date YYYY-MM-DD')

const providers = Object.fromEntries(
  Object.entries(PROVIDERS).map(([ours, theirs]) => {
    const provider = findProvider({ providerId: theirs })
    return [
      ours,
      {
        ...(provider.fallback_model_providers && {
          fallback: provider.fallback_model_providers
            .map((name) => Object.keys(PROVIDERS).find((key) => PROVIDERS[key] === name))
            .filter(Boolean),
        }),
        models: provider.models.map(model),
      },
    ]
  }),
)

const head = { version: `genai-prices-${version}`, date, currency: 'USD', source: '@pydantic/genai-prices', license }
const lines = Object.entries(providers).map(
  ([name, { fallback, models }]) =>
    ` ${JSON.stringify(name)}: {"fallback": ${JSON.stringify(fallback ?? [])}, "models": [\n` +
    models.map((m) => `  ${JSON.stringify(m)}`).join(',\n') +
    '\n ]}',
)
writeFileSync(target, `${JSON.stringify(head).slice(0, -1)},\n"providers": {\n${lines.join(',\n')}\n}}\n`)
console.log(`${Object.values(providers).reduce((n, p) => n + p.models.length, 0)} models of ${head.version}, ${date}`)
