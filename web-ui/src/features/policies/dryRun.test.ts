import { expect, test } from 'vitest'
import { add, type Outcome, progressOf } from './dryRun'

const part = (more: Partial<Outcome>): Outcome => ({
  currency: 'USD', as_of: '2026-03-08T00:00:00Z', from: '2026-03-01T00:00:00Z', to: '2026-03-08T00:00:00Z',
  examined: 0, refused: 0, cost: '0', cost_unknown: 0, reasons: [], next: null, not_judged: [], ...more,
})

test('parts add up, by reason and to the last digit', () => {
  const models = { reason: 'model_not_allowed' as const, calls: 4, cost: '0.1', cost_unknown: 1, samples: ['call_1', 'call_2', 'call_3', 'call_4'] }
  const first = part({ to: '2026-03-02T00:00:00Z', next: '2026-03-02T00:00:00Z', examined: 10, refused: 4, cost: '0.1', cost_unknown: 1, reasons: [models] })
  const second = part({
    from: '2026-03-02T00:00:00Z', examined: 7, refused: 5, cost: '0.2', cost_unknown: 0,
    reasons: [
      { ...models, calls: 2, cost: '0.000000000001', cost_unknown: 0, samples: ['call_5', 'call_6'] },
      { reason: 'requests_per_minute', calls: 3, cost: '0.199999999999', cost_unknown: 0, samples: ['call_7'] },
    ],
  })
  const whole = add(first, second)
  expect(whole).toMatchObject({ from: first.from, to: second.to, next: null, examined: 17, refused: 9, cost: '0.3', cost_unknown: 1 })
  expect(whole.reasons).toEqual([
    { reason: 'model_not_allowed', calls: 6, cost: '0.100000000001', cost_unknown: 1, samples: ['call_1', 'call_2', 'call_3', 'call_4', 'call_5'] },
    { reason: 'requests_per_minute', calls: 3, cost: '0.199999999999', cost_unknown: 0, samples: ['call_7'] },
  ])
})

test('progress is the part of the week that is behind', () => {
  expect(progressOf(part({ to: '2026-03-04T12:00:00Z' }))).toBe(0.5)
})
