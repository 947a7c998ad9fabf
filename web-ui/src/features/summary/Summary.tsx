import { getRouteApi } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import client, { data } from '../../shared/api/client'
import { useMe } from '../../shared/api/me'
import { count, money } from '../../shared/money'
import { bounds, PERIODS, type Period } from '../../shared/time'
import { AsOf, Card, Failure, Loading, Select } from '../../shared/ui/basics'
import { CostOverTime } from './CostOverTime'
import { Ranking } from './Ranking'
import { WasteCard } from './WasteCard'

const route = getRouteApi('/inside/summary')

export function Summary() {
  const { period } = route.useSearch()
  const navigate = route.useNavigate()
  const { organisation } = useMe()
  const { currency, time_zone: zone } = organisation
  const query = bounds(period, zone)
  const spend = useQuery({
    queryKey: ['spend', 'team', query],
    queryFn: () => data(client.GET('/api/v1/spend', { params: { query: { group_by: 'team', ...query } } })),
    refetchInterval: 5_000,
  })
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap items-end justify-between gap-4">
        <div>
          <h1 className="text-2xl font-semibold">Summary</h1>
          {spend.data && <AsOf at={spend.data.as_of} timeZone={zone} currency={currency} />}
        </div>
        <Select label="Period" value={period} options={PERIODS} onChange={(value) => void navigate({ search: { period: value as Period } })} />
      </div>
      {spend.error ? <Failure error={spend.error} /> : !spend.data ? <Loading /> : (
        <dl className="grid grid-cols-2 gap-4 lg:grid-cols-4 figures">
          <Figure name="Cost" value={money(spend.data.total, currency)} />
          <Figure name="Calls" value={count(spend.data.calls)} />
          <Figure name="Unresolved" value={money(spend.data.unresolved, currency)} note="held for calls whose outcome nobody knows" />
          <Figure name="Without a price or usage" value={count(spend.data.unpriced + spend.data.unknown)} note="calls that are not in the cost yet" />
        </dl>
      )}
      <CostOverTime query={query} />
      <div className="grid gap-4 lg:grid-cols-2">
        <Card title="By team">
          {spend.data && <Ranking groups={spend.data.groups} total={spend.data.total} currency={currency} link="team" />}
        </Card>
        <Top title="Top users" path="/api/v1/top/users" query={query} currency={currency} />
        <Top title="Top projects" path="/api/v1/top/projects" query={query} currency={currency} />
        <WasteCard query={query} />
      </div>
    </div>
  )
}

function Figure({ name, value, note }: { name: string; value: string; note?: string }) {
  return (
    <div className="rounded-lg border border-line bg-card p-4">
      <dt className="text-soft">{name}</dt>
      <dd className="mt-1 text-2xl font-semibold">{value}</dd>
      {note && <dd className="text-soft">{note}</dd>}
    </div>
  )
}

function Top({ title, path, query, currency }: { title: string; path: '/api/v1/top/users' | '/api/v1/top/projects'; query: { from?: string; to?: string }; currency: string }) {
  const top = useQuery({
    queryKey: [path, query],
    queryFn: () => data(client.GET(path, { params: { query: { limit: 9, ...query } } })),
  })
  const shown = top.data && top.data.others.groups > 0 ? `9 of ${top.data.count}, rest in Others` : undefined
  return (
    <Card title={title} note={shown}>
      {top.error ? <Failure error={top.error} /> : !top.data ? <Loading /> : (
        <Ranking
          groups={top.data.others.groups > 0 ? [...top.data.groups, { id: null, name: 'Others', cost: top.data.others.cost, calls: top.data.others.calls }] : top.data.groups}
          total={top.data.total}
          currency={currency}
        />
      )}
    </Card>
  )
}
