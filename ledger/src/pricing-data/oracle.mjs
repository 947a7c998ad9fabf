// Writes a fixture of random usages, priced by the package itself, that the ledger's tests compare their charges with.
//
//   npm ci && npm run oracle
import { writeFileSync } from 'node:fs'
import { calcPrice, findProvider } from '@pydantic/genai-prices'
import { PROVIDERS } from './providers.mjs'

const target = new URL('../test/resources/pricing/oracle.json', import.meta.url)
const at = new Date('2026-11-20T12:00:00Z')
let state = 20261120n
const next = (bound) => {
  state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn
  return Number((state >> 33n) % BigInt(bound))
}

const rows = []
for (const provider of ['openai', 'anthropic', 'gemini', 'mistral', 'groq', 'deepseek', 'xai']) {
  const models = findProvider({ providerId: PROVIDERS[provider] }).models
  for (let i = 0; i < 60; i++) {
    const { id: model, prices } = models[next(models.length)]
    const tokens = { input: next(300_000), input_cached: next(5_000), cache_write_5m: 0, output: next(20_000) }
    const writes = (Array.isArray(prices) ? prices : [{ prices }]).every((dated) => 'output_mtok' in dated.prices)
    if (!writes) tokens.output = 0 // an embedding; the ledger would call an output without a price unpriced
    if (provider === 'anthropic') tokens.cache_write_5m = next(5_000)
    const usage = {
      input_tokens: tokens.input + tokens.input_cached + tokens.cache_write_5m,
      cache_read_tokens: tokens.input_cached,
      cache_write_tokens: tokens.cache_write_5m,
      output_tokens: tokens.output,
    }
    const result = calcPrice(usage, model, { providerId: PROVIDERS[provider], timestamp: at })
    if (result) rows.push({ provider, model, tokens, total: result.total_price })
  }
}
writeFileSync(target, `{"at": "${at.toISOString()}", "rows": [\n${rows.map((r) => JSON.stringify(r)).join(',\n')}\n]}\n`)
console.log(`${rows.length} rows`)
