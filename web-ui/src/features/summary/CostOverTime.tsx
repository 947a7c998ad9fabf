import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import client, { data, type Schemas } from '../../shared/api/client'
import { useMe } from '../../shared/api/me'
import { colourOf } from '../../shared/colours'
import { money, share } from '../../shared/money'
import { day } from '../../shared/time'
import { Button, Card, Empty, Failure, Loading } from '../../shared/ui/basics'

type Series = Schemas['Series']

export function CostOverTime({ query }: { query: { from?: string; to?: string } }) {
  const { currency, time_zone: zone } = useMe().organisation
  const [table, setTable] = useState(false)
  const series = useQuery({
    queryKey: ['series', 'team', query],
    queryFn: () => data(client.GET('/api/v1/spend/series', { params: { query: { split_by: 'team', granularity: 'day', ...query } } })),
    refetchInterval: 10_000,
  })
  const begun = (series.data?.buckets ?? []).filter((b) => new Date(b.start) <= new Date())
  return (
    <Card
      title="Cost over time"
      note={series.data && summary(series.data, currency)}
      actions={<Button aria-pressed={table} onClick={() => setTable(!table)}>{table ? 'Show as chart' : 'Show as table'}</Button>}
    >
      {series.error ? <Failure error={series.error} /> : !series.data ? <Loading />
        : begun.every((b) => b.calls === 0) ? <Empty title="No calls yet">They appear here within two seconds.</Empty>
          : table ? <AsTable buckets={begun} currency={currency} zone={zone} /> : <Chart buckets={begun} currency={currency} zone={zone} />}
    </Card>
  )
}

const summary = (series: Series, currency: string) =>
  `${money(series.total, currency)} by team and day; the day that still runs is pale.`

type Buckets = Series['buckets']

const teamsOf = (buckets: Buckets) => {
  const teams = new Map<string, string>()
  for (const bucket of buckets) for (const group of bucket.groups) teams.set(group.id ?? group.name, group.name)
  return [...teams].map(([id, name]) => ({ id, name }))
}

/** Heights are shares of the highest day; amounts stay text. */
function Chart({ buckets, currency, zone }: { buckets: Buckets; currency: string; zone: string }) {
  const teams = teamsOf(buckets)
  const highest = buckets.reduce((max, b) => (share(b.cost, max) > 1 || max === '0' ? b.cost : max), '0')
  const rows = buckets.map((bucket) => ({
    label: day(bucket.start, zone),
    bucket,
    ...Object.fromEntries(bucket.groups.map((g) => [g.id ?? g.name, share(g.cost, highest)])),
  }))
  return (
    <>
      <ul className="mb-2 flex flex-wrap gap-4" aria-label="Teams">
        {teams.map((team) => (
          <li key={team.id} className="flex items-center gap-1.5">
            <span aria-hidden className="size-3 rounded-sm" style={{ background: colourOf(team.id) }} />{team.name}
          </li>
        ))}
      </ul>
      <div className="h-64" aria-hidden>
        <ResponsiveContainer width="100%" height="100%">
          <BarChart data={rows} margin={{ left: 8, right: 8 }} accessibilityLayer={false}>
            <CartesianGrid vertical={false} stroke="var(--line)" />
            <XAxis dataKey="label" tickLine={false} stroke="var(--soft)" fontSize={12} />
            <YAxis domain={[0, 1]} ticks={[0, 0.5, 1]} width={72} tickLine={false} axisLine={false} stroke="var(--soft)" fontSize={12}
              tickFormatter={(v: number) => (v === 1 ? money(highest, currency) : v === 0 ? '0' : '')} />
            <Tooltip cursor={{ fill: 'var(--page)' }} isAnimationActive={false} content={({ active, payload }) => {
              const bucket = active && (payload[0]?.payload as { bucket: Buckets[number] } | undefined)?.bucket
              return bucket ? <BucketNote bucket={bucket} currency={currency} zone={zone} /> : null
            }} />
            {teams.map((team) => (
              <Bar key={team.id} dataKey={team.id} stackId="cost" fill={colourOf(team.id)} isAnimationActive={false}
                shape={(props: unknown) => <Segment {...(props as SegmentProps)} />} />
            ))}
          </BarChart>
        </ResponsiveContainer>
      </div>
    </>
  )
}

type SegmentProps = { x: number; y: number; width: number; height: number; fill: string; payload: { bucket: Buckets[number] } }

const Segment = ({ x, y, width, height, fill, payload }: SegmentProps) => (
  <rect x={x} y={y} width={width} height={Math.max(0, height)} fill={fill} opacity={payload.bucket.complete ? 1 : 0.45} />
)

function BucketNote({ bucket, currency, zone }: { bucket: Buckets[number]; currency: string; zone: string }) {
  return (
    <div className="rounded-md border border-line bg-card p-3 shadow-lg figures">
      <p className="font-semibold">{day(bucket.start, zone)}: {money(bucket.cost, currency)}</p>
      {bucket.groups.map((g) => <p key={g.id ?? g.name}>{g.name}: {money(g.cost, currency)}</p>)}
      {!bucket.complete && <p className="text-soft">this day still runs</p>}
    </div>
  )
}

function AsTable({ buckets, currency, zone }: { buckets: Buckets; currency: string; zone: string }) {
  const teams = teamsOf(buckets)
  return (
    <div className="max-h-80 overflow-auto" tabIndex={0} role="region" aria-label="Cost by day and team">
      <table className="w-full figures">
        <thead className="text-soft"><tr>
          <th scope="col" className="text-left">Day</th>
          {teams.map((t) => <th key={t.id} scope="col" className="text-right">{t.name}</th>)}
          <th scope="col" className="text-right">All</th>
        </tr></thead>
        <tbody>
          {buckets.map((b) => (
            <tr key={b.start} className="border-t border-line">
              <th scope="row" className="text-left font-normal">{day(b.start, zone)}{b.complete ? '' : ' (runs)'}</th>
              {teams.map((t) => <td key={t.id} className="text-right">{money(b.groups.find((g) => (g.id ?? g.name) === t.id)?.cost ?? '0', currency)}</td>)}
              <td className="text-right font-medium">{money(b.cost, currency)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
