import type { Schemas } from '../../shared/api/client'
import { Field, Select } from '../../shared/ui/basics'

export type Draft = { limit: string; window: Schemas['Limit']['window']; kind: 'hard' | 'soft' }

export const EMPTY: Draft = { limit: '', window: 'month', kind: 'hard' }

/** What the API takes: no limit where none was typed. */
export const limits = (draft: Draft): Schemas['Limit'][] => (draft.limit.trim() === '' ? [] : [{ ...draft, limit: draft.limit.trim() }])

export function BudgetFields({ draft, onChange, error }: { draft: Draft; onChange: (draft: Draft) => void; error: string | undefined }) {
  return (
    <fieldset className="grid gap-3 sm:grid-cols-3">
      <legend className="mb-1 font-medium">Budget</legend>
      <Field label="Limit" inputMode="decimal" placeholder="none" value={draft.limit} error={error} onChange={(e) => onChange({ ...draft, limit: e.target.value })} />
      <Select label="Per" value={draft.window} options={{ day: 'day', week: 'week', month: 'month', total: 'lifetime' }} onChange={(window) => onChange({ ...draft, window: window as Draft['window'] })} />
      <Select label="Kind" value={draft.kind} options={{ hard: 'hard: refuses', soft: 'soft: only tells' }} onChange={(kind) => onChange({ ...draft, kind: kind as Draft['kind'] })} />
    </fieldset>
  )
}
