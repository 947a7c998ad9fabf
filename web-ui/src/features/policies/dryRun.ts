import client, { data, type Schemas } from '../../shared/api/client'
import { sum } from '../../shared/money'
import type { Scope } from './scopes'

export type Outcome = Schemas['Outcome']
type Reason = Outcome['reasons'][number]

const WEEK = 7 * 86_400_000
const SAMPLES = 5

/** How much of the week is examined, from 0 to 1. */
export const progressOf = (outcome: Outcome) =>
  Math.min(1, (Date.parse(outcome.to) - Date.parse(outcome.from)) / WEEK)

/** Asks until the whole last week is examined; one answer of the API covers a part of it. */
export async function dryRun(scope: Scope, policy: Schemas['NewPolicy'], onPart: (soFar: Outcome) => void, signal: AbortSignal): Promise<Outcome> {
  let whole: Outcome | undefined
  do {
    const from = whole?.next
    const part = await data(client.POST('/api/v1/policies/dry-run', { body: { ...scope, policy, ...(from && { from }) }, signal }))
    whole = whole ? add(whole, part) : part
    onPart(whole)
  } while (whole.next)
  return whole
}

export const add = (a: Outcome, b: Outcome): Outcome => ({
  ...a,
  to: b.to,
  next: b.next,
  examined: a.examined + b.examined,
  refused: a.refused + b.refused,
  cost: sum(a.cost, b.cost),
  cost_unknown: a.cost_unknown + b.cost_unknown,
  reasons: merge([...a.reasons, ...b.reasons]),
})

function merge(reasons: Reason[]): Reason[] {
  const byReason = new Map<string, Reason>()
  for (const it of reasons) {
    const known = byReason.get(it.reason)
    byReason.set(it.reason, known === undefined ? it : {
      ...known,
      calls: known.calls + it.calls,
      cost: sum(known.cost, it.cost),
      cost_unknown: known.cost_unknown + it.cost_unknown,
      samples: [...known.samples, ...it.samples].slice(0, SAMPLES),
    })
  }
  return [...byReason.values()]
}
