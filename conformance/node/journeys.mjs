// Work that takes several requests, and what all of them together must cost: one charge for each answer of a model, however
// often it is asked for. Computed from what the provider says.
import { expectedCost } from './oracle.mjs'

/** Half of the list price (developers.openai.com, guides/batch; platform.claude.com, batch-processing). */
const IN_BATCH = 0.5

const said = exchange => JSON.parse(exchange.answer.body)
const lines = text => text.split('\n').filter(line => line !== '').map(line => JSON.parse(line))
const total = costs => costs.reduce((a, b) => a + b, 0)

const last = (exchanges, path) => exchanges.findLast(({ request }) => path.test(request.path))

/** By feature: the charges and their sum; `get(path)` asks once more, which must cost nothing. */
export const JOURNEYS = {
  background: exchanges => {
    const answer = said(exchanges.at(-1))
    return { charges: 1, cost: expectedCost('openai', answer.model, answer.usage) }
  },
  files: () => ({ charges: 0, cost: 0 }),
  batch: exchanges => {
    const results = lines(last(exchanges, /\/files\/[^/]+\/content/).answer.body.toString())
    return { charges: 1, cost: total(results.map(({ response: { body } }) => IN_BATCH * expectedCost('openai', body.model, body.usage))) }
  },
  'message-batch': async (exchanges, { get }) => {
    const { id } = said(exchanges[0])
    const results = lines(await get(`/v1/messages/batches/${id}/results`))
    const messages = results.filter(({ result }) => result.type === 'succeeded').map(({ result: { message } }) => message)
    return { charges: 1, cost: total(messages.map(({ model, usage }) => IN_BATCH * expectedCost('anthropic', model, usage))) }
  },
  agent: async (exchanges, { saidAtOnce }) => {
    const asked = exchanges.filter(({ request }) => /\/(responses|messages)(\?|$)/.test(request.path))
    const costs = await Promise.all(asked.map(async ({ request }) => {
      const { model, usage } = await saidAtOnce(request)
      return expectedCost(request.path.includes('/messages') ? 'anthropic' : 'openai', model, usage)
    }))
    return { charges: costs.length, cost: total(costs) }
  },
}
