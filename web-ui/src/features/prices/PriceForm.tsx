import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import client, { ApiError, data, type Schemas } from '../../shared/api/client'
import { Button, Card, Failure, Field, Select } from '../../shared/ui/basics'

type Kind = Schemas['NewPrice']['kind']

const KINDS: Record<Kind, string> = {
  override: 'Override some prices of a model',
  own_model: 'All prices of a model of your own',
  discount: 'Discount on the catalogue',
  mark_up: 'Mark-up on every price',
}

/** A price that looks like a slip of units comes back at its field, and can then be confirmed. */
export function PriceForm({ wanted }: { wanted: { provider: string; model: string } }) {
  const queries = useQueryClient()
  const [kind, setKind] = useState<Kind>(wanted.model ? 'own_model' : 'override')
  const [form, setForm] = useState({ ...wanted, input: '', output: '', percent: '', from: '', reason: '' })
  const [confirmed, setConfirmed] = useState(false)
  const isFixed = kind === 'override' || kind === 'own_model'
  const save = useMutation({
    mutationFn: () =>
      data(client.POST('/api/v1/prices', {
        body: {
          kind,
          provider: form.provider,
          model: form.model,
          reason: form.reason,
          confirmed,
          ...(form.from && { from: new Date(form.from).toISOString() }),
          ...(isFixed
            ? { prices: { ...(form.input && { input: { price: form.input } }), ...(form.output && { output: { price: form.output } }) } }
            : { percent: form.percent }),
        },
      })),
    onSuccess: () => {
      setForm({ provider: '', model: '', input: '', output: '', percent: '', from: '', reason: '' })
      setConfirmed(false)
      return Promise.all(['prices', 'unpriced'].map((key) => queries.invalidateQueries({ queryKey: [key] })))
    },
  })
  const fields = save.error instanceof ApiError ? save.error.fields : {}
  const isSlip = Object.keys(fields).some((field) => field.startsWith('prices.') && field.endsWith('.price'))
  const field = (name: keyof typeof form) => ({
    value: form[name],
    onChange: (e: { target: { value: string } }) => setForm({ ...form, [name]: e.target.value }),
  })
  return (
    <Card title="Enter a price" note="Prices are of a million tokens.">
      <form className="grid gap-3 md:grid-cols-3" onSubmit={(e) => { e.preventDefault(); save.mutate() }}>
        <Select label="Kind" value={kind} onChange={(value) => setKind(value as Kind)} options={KINDS} />
        <Field label="Provider" required maxLength={33} hint="* for all" error={fields.provider} {...field('provider')} />
        <Field label="Model" required maxLength={200} hint="As the catalogue names it, or with * for any text" error={fields.model} {...field('model')} />
        {isFixed ? (
          <>
            <Field label="Input" inputMode="decimal" error={fields['prices.input.price']} {...field('input')} />
            <Field label="Output" inputMode="decimal" error={fields['prices.output.price']} {...field('output')} />
          </>
        ) : (
          <Field label="Per cent" required inputMode="decimal" error={fields.percent} {...field('percent')} />
        )}
        <Field label="From" type="datetime-local" hint="Now if empty; your own time" error={fields.from} {...field('from')} />
        <Field label="Reason" required maxLength={500} error={fields.reason} {...field('reason')} />
        {isSlip && (
          <label className="flex items-center gap-2 self-end">
            <input type="checkbox" checked={confirmed} onChange={(e) => setConfirmed(e.target.checked)} /> The price is meant so
          </label>
        )}
        <div className="self-end"><Button tone="main" type="submit" disabled={save.isPending}>Enter the price</Button></div>
      </form>
      {save.error && <div className="mt-3"><Failure error={save.error} /></div>}
    </Card>
  )
}
