import { Link } from '@tanstack/react-router'
import { useMe } from '../../shared/api/me'
import { count, money } from '../../shared/money'
import { AsOf, Button, Empty } from '../../shared/ui/basics'
import { type Outcome, progressOf } from './dryRun'

/** What a policy would have refused: how far the look is, and then its findings. */
export function DryRun({ running, soFar, outcome, onStop }: { running: boolean; soFar: Outcome | undefined; outcome: Outcome | undefined; onStop: () => void }) {
  if (running) {
    return (
      <div role="status" className="flex flex-wrap items-center gap-3 figures">
        <progress aria-label="Part of the week that is examined" max={1} value={soFar && progressOf(soFar)} />
        <span>{count(soFar?.examined ?? 0)} calls examined</span>
        <Button onClick={onStop}>Stop</Button>
      </div>
    )
  }
  return outcome ? <Findings of={outcome} /> : null
}

/** Unknown is never zero. */
function costOf({ refused, cost, cost_unknown, currency }: Outcome): string {
  if (refused === 0) return ''
  if (cost_unknown === 0) return `, which cost ${money(cost, currency)}`
  if (cost_unknown === refused) return '; what they cost is not known'
  return `: ${count(refused - cost_unknown)} cost ${money(cost, currency)}, of ${count(cost_unknown)} the cost is not known`
}

function Findings({ of }: { of: Outcome }) {
  const { time_zone: zone } = useMe().organisation
  if (of.examined === 0) return <Empty title="No calls in the last week">There is nothing to try the policy on.</Empty>
  return (
    <section aria-label="What it would have refused" className="grid gap-2">
      <p role="status" className="font-medium figures">
        It would have refused {of.refused === 0 ? 'none' : count(of.refused)} of {count(of.examined)} calls{costOf(of)}.
      </p>
      {of.reasons.length > 0 && (
        <div className="overflow-x-auto">
          <table className="w-full text-left figures">
            <thead className="text-soft"><tr>
              <th scope="col" className="font-normal">Reason</th><th scope="col" className="text-right font-normal">Calls</th>
              <th scope="col" className="text-right font-normal">Known cost</th><th scope="col" className="text-right font-normal">Cost not known</th>
              <th scope="col" className="pl-6 font-normal">Some of them</th>
            </tr></thead>
            <tbody>
              {of.reasons.map((it) => (
                <tr key={it.reason} className="border-t border-line align-top">
                  <th scope="row" className="font-normal">{it.reason.replace(/_/g, ' ')}</th>
                  <td className="text-right">{count(it.calls)}</td>
                  <td className="text-right">{it.cost_unknown === it.calls ? '–' : money(it.cost, of.currency)}</td>
                  <td className="text-right">{count(it.cost_unknown)}</td>
                  <td className="pl-6"><ul>{it.samples.map((call) => <li key={call}><Link to="/calls" search={{ call }} className="underline">{call}</Link></li>)}</ul></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {of.not_judged.length > 0 && <p className="text-soft">The record of a call cannot tell: {of.not_judged.join(', ').replace(/_/g, ' ')}.</p>}
      <AsOf at={of.as_of} timeZone={zone} currency={of.currency} />
    </section>
  )
}
