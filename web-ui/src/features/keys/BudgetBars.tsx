import { useQuery } from '@tanstack/react-query'
import client, { data } from '../../shared/api/client'
import { useMe } from '../../shared/api/me'
import { money, share } from '../../shared/money'

/** Spent, held and unresolved apart: they are not the same kind of certain. */
export function BudgetBars({ scopeId }: { scopeId: string }) {
  const { currency } = useMe().organisation
  const budgets = useQuery({
    queryKey: ['budgets', scopeId],
    queryFn: () => data(client.GET('/api/v1/budgets', { params: { query: { scope_type: 'key', scope_id: scopeId } } })),
    refetchInterval: 5_000,
  })
  if (!budgets.data) return null
  if (budgets.data.items.length === 0) return <p className="mt-2 text-soft">No budget: its calls are recorded, not limited.</p>
  return (
    <ul className="mt-2 grid gap-3">
      {budgets.data.items.map((b) => (
        <li key={b.window + b.kind} className="figures">
          <p className="flex justify-between"><span>{b.kind} budget per {b.window === 'total' ? 'lifetime' : b.window}</span><span>{money(b.available, currency)} of {money(b.limit, currency)} left</span></p>
          <div aria-hidden className="my-1 flex h-2 overflow-hidden rounded bg-page">
            <span className="bg-accent" style={{ width: `${share(b.spent, b.limit) * 100}%` }} />
            <span className="bg-accent/50" style={{ width: `${share(b.held, b.limit) * 100}%` }} />
            <span className="bg-warn" style={{ width: `${share(b.unresolved, b.limit) * 100}%` }} />
          </div>
          <p className="text-soft">spent {money(b.spent, currency)}, held {money(b.held, currency)}, unresolved {money(b.unresolved, currency)}</p>
        </li>
      ))}
    </ul>
  )
}
