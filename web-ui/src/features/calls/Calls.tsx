import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import client, { data, type Schemas } from '../../shared/api/client'
import { useMe } from '../../shared/api/me'
import { exactMoney } from '../../shared/money'
import { moment } from '../../shared/time'
import { Button, Empty, Failure, Loading, Select, State } from '../../shared/ui/basics'
import { CallPanel } from './CallPanel'

const route = getRouteApi('/inside/calls')
const STATUSES = { '': 'any', settled: 'settled', released: 'released', expired: 'expired', denied: 'denied', open: 'open', settled_late: 'settled late' }
const COLUMNS = 'grid grid-cols-[11rem_1fr_1fr_1.4fr_6rem_8rem] gap-3 px-3'

type Call = Schemas['Call']

export function Calls() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { currency, time_zone: zone } = useMe().organisation
  const filter = { key_id: search.key, team_id: search.team, status: search.status as Call['status'] | undefined }
  const pages = useInfiniteQuery({
    queryKey: ['calls', filter],
    queryFn: ({ pageParam }) => data(client.GET('/api/v1/calls', { params: { query: { ...filter, limit: 100, after: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  })
  const calls = pages.data?.pages.flatMap((page) => page.items) ?? []
  const open = (call?: string) => void navigate({ search: (old) => ({ ...old, call }) })
  return (
    <>
      <div className="mb-4 flex flex-wrap items-end justify-between gap-4">
        <div>
          <h1 className="text-2xl font-semibold">Calls</h1>
          <p className="text-soft">Newest first; {currency}, {zone}.{(search.key || search.team) && ' Filtered. '}
            {(search.key || search.team) && <button type="button" className="underline" onClick={() => void navigate({ search: {} })}>Show all</button>}</p>
        </div>
        <div className="flex items-end gap-3">
          <Select label="Status" value={search.status ?? ''} options={STATUSES} onChange={(status) => void navigate({ search: (old) => ({ ...old, status: status || undefined }) })} />
          <Button onClick={() => void pages.refetch()}>Refresh</Button>
        </div>
      </div>
      {pages.error ? <Failure error={pages.error} /> : pages.isPending ? <Loading /> : calls.length === 0 ? (
        <Empty title="No calls here">The page <a href="/get-started" className="underline">Get started</a> shows how to make one.</Empty>
      ) : (
        <List calls={calls} currency={currency} zone={zone} onOpen={open} more={() => pages.hasNextPage && !pages.isFetchingNextPage && void pages.fetchNextPage()} />
      )}
      <CallPanel id={search.call} onClose={() => open(undefined)} />
    </>
  )
}

/** Only the rows on the screen exist, however many there are. */
function List({ calls, currency, zone, onOpen, more }: { calls: Call[]; currency: string; zone: string; onOpen: (id: string) => void; more: () => unknown }) {
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({ count: calls.length, getScrollElement: () => scroller.current, estimateSize: () => 36, overscan: 12 })
  const items = rows.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (last >= calls.length - 20) more()
  }, [last, calls.length, more])
  return (
    <div ref={scroller} role="table" aria-label="Calls" aria-rowcount={calls.length + 1} tabIndex={0} className="h-[70vh] overflow-auto rounded-lg border border-line bg-card figures">
      <div role="rowgroup" className="sticky top-0 z-10 border-b border-line bg-card text-soft">
        <div role="row" className={`${COLUMNS} py-2`}>
          {['Started', 'Team', 'Key', 'Model', 'Status', 'Cost'].map((name) => <span key={name} role="columnheader" className={name === 'Cost' ? 'text-right' : ''}>{name}</span>)}
        </div>
      </div>
      <div role="rowgroup" style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {items.map((item) => {
          const call = calls[item.index]!
          return (
            <div key={call.id} role="row" aria-rowindex={item.index + 2} className={`${COLUMNS} absolute w-full items-center border-b border-line hover:bg-page`} style={{ height: item.size, transform: `translateY(${item.start}px)` }}>
              <span role="cell"><button type="button" className="underline decoration-line underline-offset-4" onClick={() => onOpen(call.id)}>{moment(call.started_at, zone)}</button></span>
              <span role="cell" className="truncate">{call.team_name}</span>
              <span role="cell" className="truncate">{call.key_name}</span>
              <span role="cell" className="truncate">{call.model_served ?? call.model_requested}</span>
              <span role="cell"><State name={call.status} /></span>
              <span role="cell" className="text-right">{call.status === 'denied' ? '–' : exactMoney(call.cost, currency)}</span>
            </div>
          )
        })}
      </div>
    </div>
  )
}
