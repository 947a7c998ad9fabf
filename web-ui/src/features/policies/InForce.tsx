import { Link } from '@tanstack/react-router'
import type { Schemas } from '../../shared/api/client'
import { Card } from '../../shared/ui/basics'
import type { Level } from './scopes'
import { inForce } from './words'

export function InForce({ of, called }: { of: Schemas['Effective']; called: string }) {
  return (
    <Card title="In force" note={of.key_id ? `What calls of ${called} have to pass, at every level` : `What all calls below ${called} have to pass, at every level`}>
      <table className="w-full text-left figures">
        <thead className="text-soft"><tr>
          <th scope="col" className="w-44 font-normal">Limit</th><th scope="col" className="font-normal">In force</th><th scope="col" className="font-normal">Set by</th>
        </tr></thead>
        <tbody>
          {inForce(of).map((row) => row.parts.length === 0 ? (
            <tr key={row.name} className="border-t border-line text-soft"><th scope="row" className="font-normal">{row.name}</th><td>{row.otherwise}</td><td>–</td></tr>
          ) : row.parts.map((part, i) => (
            <tr key={`${row.name} ${i}`} className={`align-top ${i === 0 ? 'border-t border-line' : ''}`}>
              <th scope="row" className="font-normal"><span className={i === 0 ? '' : 'sr-only'}>{row.name}</span></th>
              <td className="break-words">{part.text}</td>
              <td>{part.levels.map((level) => <LevelLink key={level.scope_id} of={level} />)}</td>
            </tr>
          )))}
        </tbody>
      </table>
    </Card>
  )
}

export function LevelLink({ of, name = of.scope_name }: { of: Level; name?: string }) {
  return (
    <Link to="/admin/policies" search={{ scope_type: of.scope_type, scope_id: of.scope_id }} className="block underline">{of.scope_type} {name}</Link>
  )
}
