import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import client, { data, type Schemas } from '../../shared/api/client'
import { useMe } from '../../shared/api/me'
import { moment } from '../../shared/time'
import { Button, Card, Empty, Failure, Loading } from '../../shared/ui/basics'
import { PriceForm } from './PriceForm'

type Entry = Schemas['PriceEntry']

export function Prices() {
  const [wanted, setWanted] = useState({ provider: '', model: '' })
  return (
    <div className="grid gap-4">
      <div>
        <h1 className="text-2xl font-semibold">Prices</h1>
        <p className="text-soft">What you pay other than the catalogue says. No charge that was made changes.</p>
      </div>
      <Unpriced onPrice={setWanted} />
      <PriceForm key={`${wanted.provider}/${wanted.model}`} wanted={wanted} />
      <Entries />
    </div>
  )
}

function Unpriced({ onPrice }: { onPrice: (of: { provider: string; model: string }) => void }) {
  const queue = useQuery({ queryKey: ['unpriced'], queryFn: () => data(client.GET('/api/v1/prices/unpriced')), refetchInterval: 10_000 })
  return (
    <Card title="Models without a price" note="Their calls wait, and are charged when a price arrives.">
      {queue.error ? <Failure error={queue.error} /> : !queue.data ? <Loading /> : queue.data.items.length === 0 ? (
        <Empty title="Every call has a price">Nothing waits.</Empty>
      ) : (
        <table className="w-full text-left">
          <thead><tr><th scope="col">Model</th><th scope="col">Calls</th><th scope="col">Tokens</th><th scope="col">Price</th></tr></thead>
          <tbody>
            {queue.data.items.map((it) => (
              <tr key={`${it.provider}/${it.model}`} className="border-t border-line">
                <th scope="row" className="font-normal">{it.provider}/{it.model}</th>
                <td className="figures">{it.calls}</td>
                <td className="figures">{Object.values(it.tokens).reduce((sum, n) => sum + n, 0)}</td>
                <td><Button onClick={() => onPrice(it)} aria-label={`Enter a price of ${it.model}`}>Enter</Button></td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  )
}

function Entries() {
  const entries = useQuery({ queryKey: ['prices'], queryFn: () => data(client.GET('/api/v1/prices')) })
  return (
    <Card title="Your prices" note="Newest first.">
      {entries.error ? <Failure error={entries.error} /> : !entries.data ? <Loading /> : entries.data.items.length === 0 ? (
        <Empty title="None yet">The catalogue holds.</Empty>
      ) : (
        <ul className="grid gap-3">{entries.data.items.map((it) => <EntryRow key={it.rule.id} it={it} />)}</ul>
      )}
    </Card>
  )
}

function EntryRow({ it }: { it: Entry }) {
  const { time_zone: zone } = useMe().organisation
  const queries = useQueryClient()
  const { rule } = it
  const end = useMutation({
    mutationFn: (reason: string) =>
      data(client.POST('/api/v1/prices/{id}/end', { params: { path: { id: rule.id } }, body: { reason } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['prices'] }),
  })
  const ask = () => {
    const reason = prompt(`Why does the price of ${rule.model} end?`)
    if (reason) end.mutate(reason)
  }
  return (
    <li className="flex flex-wrap items-start justify-between gap-2 border-t border-line pt-3">
      <div>
        <p className="font-medium">{rule.kind.replace('_', ' ')}: {rule.provider}/{rule.model}{rule.tier ? `, ${rule.tier}` : ''}{rule.region ? `, ${rule.region}` : ''}</p>
        <p className="figures">{describe(rule)}</p>
        <p className="text-soft">
          From {moment(rule.from, zone)}{rule.until ? ` until ${moment(rule.until, zone)}` : ''}. {it.by.reason} ({it.by.actor})
        </p>
        {end.error && <Failure error={end.error} />}
      </div>
      {!rule.until && <Button tone="danger" disabled={end.isPending} onClick={ask} aria-label={`End the price of ${rule.model}`}>End</Button>}
    </li>
  )
}

const describe = (rule: Schemas['PriceRule']) =>
  rule.percent
    ? `${rule.percent} %`
    : Object.entries(rule.prices ?? {}).map(([kind, price]) => `${kind} ${price.price} per ${price.per}`).join(', ')
