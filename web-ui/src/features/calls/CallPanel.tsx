import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import client, { data, type Schemas } from '../../shared/api/client'
import { useMe } from '../../shared/api/me'
import { count, exactMoney } from '../../shared/money'
import { moment } from '../../shared/time'
import { Failure, Loading, State } from '../../shared/ui/basics'
import { Dialog } from '../../shared/ui/Dialog'

export function CallPanel({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const call = useQuery({
    queryKey: ['call', id],
    enabled: id !== undefined,
    queryFn: () => data(client.GET('/api/v1/calls/{id}', { params: { path: { id: id! } } })),
  })
  return (
    <Dialog side title="Call" about={id ?? ''} open={id !== undefined} onClose={onClose}>
      {call.error ? <Failure error={call.error} /> : !call.data ? <Loading /> : <Details call={call.data} />}
    </Dialog>
  )
}

function Details({ call }: { call: Schemas['Call'] }) {
  const { currency, time_zone: zone } = useMe().organisation
  return (
    <div className="grid gap-5 figures">
      <dl className="grid grid-cols-[9rem_1fr] gap-y-1">
        <Row name="Status"><State name={call.status} />{call.outcome && ` (${call.outcome.replace('_', ' ')})`}</Row>
        <Row name="Cost">{exactMoney(call.cost, currency)}</Row>
        <Row name="Held before">{exactMoney(call.hold, currency)}</Row>
        <Row name="Started">{moment(call.started_at, zone)} ({zone})</Row>
        <Row name="Took">{call.latency_ms === null || call.latency_ms === undefined ? 'not ended yet' : `${count(call.latency_ms)} ms`}</Row>
        <Row name="Who">{call.team_name} › {call.project_name} › {call.key_name}{call.user_name ? ` (${call.user_name})` : ''}</Row>
        <Row name="Provider">{call.provider}, {call.endpoint}{call.stream ? ', streamed' : ''}</Row>
        <Row name="Model asked">{call.model_requested}</Row>
        <Row name="Model served">{call.model_served ?? 'not named'}</Row>
        <Row name="Price">{call.price?.version ?? call.price?.status ?? 'not known'}</Row>
        <Row name="Usage">{call.usage?.status ?? 'unknown'}</Row>
      </dl>
      {call.lines.length > 0 && (
        <table className="w-full">
          <caption className="pb-1 text-left font-semibold">What was charged</caption>
          <thead className="text-soft"><tr>
            <th scope="col" className="text-left font-normal">Kind</th><th scope="col" className="text-right font-normal">Quantity</th>
            <th scope="col" className="text-right font-normal">Price</th><th scope="col" className="text-right font-normal">Amount</th>
          </tr></thead>
          <tbody>
            {call.lines.map((line) => (
              <tr key={line.kind} className="border-t border-line">
                <th scope="row" className="text-left font-normal">{line.kind.replace(/_/g, ' ')}</th>
                <td className="text-right">{line.quantity}</td>
                <td className="text-right">{line.unit_price} per {line.per}</td>
                <td className="text-right">{exactMoney(line.amount, currency)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  )
}

const Row = ({ name, children }: { name: string; children: ReactNode }) => (
  <>
    <dt className="text-soft">{name}</dt>
    <dd>{children}</dd>
  </>
)
