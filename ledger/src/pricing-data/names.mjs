// Writes which entry of the list the package finds for each id of the list, and for ids with something behind them, so that
// the ledger's tests can see that no rule takes what is another's.
//
//   npm ci && npm run names
import { writeFileSync } from 'node:fs'
import { calcPrice, findProvider } from '@pydantic/genai-prices'
import { PROVIDERS, withoutLabel } from './providers.mjs'

const rows = []
for (const [ours, providerId] of Object.entries(PROVIDERS)) {
  for (const { id } of findProvider({ providerId }).models) {
    for (const name of [id, `${id}-audio-preview`, `${id}-2026-03-01`, `${id}-mini`]) {
      const found = calcPrice({ input_tokens: 0 }, name, { providerId, timestamp: new Date('2026-11-27T12:00:00Z') })
      // what a reseller does not list itself is priced by the original's entry there and here
      if (found && found.provider.id === providerId) rows.push([ours, name, withoutLabel(found.model.id)])
    }
  }
}
writeFileSync(new URL('../test/resources/pricing/names.json', import.meta.url), `[\n${rows.map((r) => JSON.stringify(r)).join(',\n')}\n]\n`)
console.log(`${rows.length} names`)
