import { useQuery } from '@tanstack/react-query'
import client, { data } from '../../shared/api/client'
import { useMe } from '../../shared/api/me'
import { count, money } from '../../shared/money'
import { Card, Empty, Failure, Loading } from '../../shared/ui/basics'

/** Proven waste: the same request, answered again. */
export function WasteCard({ query }: { query: { from?: string; to?: string } }) {
  const { currency } = useMe().organisation
  const waste = useQuery({
    queryKey: ['waste', query],
    queryFn: () => data(client.GET('/api/v1/waste', { params: { query: { limit: 6, ...query } } })),
  })
  return (
    <Card title="Waste" note={waste.data && `${money(waste.data.identified, currency)} was paid for answers that were there already (proven).`}>
      {waste.error ? <Failure error={waste.error} /> : !waste.data ? <Loading /> : waste.data.findings.length === 0 ? (
        <Empty title="No repeated requests">The same request answered twice would be listed here with its cost.</Empty>
      ) : (
        <table className="w-full figures">
          <thead className="text-left text-soft"><tr>
            <th scope="col" className="font-normal">Repeated request</th><th scope="col" className="text-right font-normal">Copies</th><th scope="col" className="text-right font-normal">Wasted</th>
          </tr></thead>
          <tbody>
            {waste.data.findings.map((finding) => (
              <tr key={finding.fingerprint + finding.key.id} className="border-t border-line">
                <th scope="row" className="py-1.5 text-left font-normal">{finding.model}<span className="block text-soft">{finding.team.name}, {finding.key.name}</span></th>
                <td className="text-right">{count(finding.copies)}</td>
                <td className="text-right font-medium">{money(finding.wasted, currency)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  )
}
