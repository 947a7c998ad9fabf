import { Link } from '@tanstack/react-router'
import { colourOf } from '../../shared/colours'
import { count, money, share } from '../../shared/money'
import { Empty } from '../../shared/ui/basics'

export type Group = { id?: string | null; name: string; cost: string; calls: number }

/** Who spent how much, with a bar for the eye and figures for the reader. */
export function Ranking({ groups, total, currency, link }: { groups: readonly Group[]; total: string; currency: string; link?: 'team' }) {
  if (groups.length === 0) {
    return <Empty title="Nothing was spent in this period">Make a call with one of your keys, or choose another period.</Empty>
  }
  return (
    <table className="w-full figures">
      <thead className="text-left text-soft">
        <tr><th scope="col" className="font-normal">Name</th><th scope="col" className="text-right font-normal">Calls</th><th scope="col" className="text-right font-normal">Cost</th></tr>
      </thead>
      <tbody>
        {groups.map((group) => (
          <tr key={group.id ?? group.name} className="border-t border-line">
            <th scope="row" className="py-1.5 pr-3 text-left font-normal">
              {link && group.id ? <Link to="/calls" search={{ [link]: group.id }} className="underline decoration-line underline-offset-4 hover:decoration-ink">{group.name}</Link> : group.name}
              <span aria-hidden className="mt-1 block h-1.5 rounded bg-page">
                <span className="block h-full rounded" style={{ width: `${share(group.cost, total) * 100}%`, background: colourOf(group.id ?? group.name) }} />
              </span>
            </th>
            <td className="text-right">{count(group.calls)}</td>
            <td className="text-right font-medium">{money(group.cost, currency)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
