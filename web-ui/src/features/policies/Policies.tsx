import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useId } from 'react'
import client, { data } from '../../shared/api/client'
import { Card, Empty, Failure, Loading } from '../../shared/ui/basics'
import { LevelLink } from './InForce'
import { OneScope } from './OneScope'
import { type Choice, type Scope, useChoices, useRights } from './scopes'
import { says } from './words'

const route = getRouteApi('/inside/admin/policies')

export function Policies() {
  const search = route.useSearch()
  const { groups, error, isPending } = useChoices()
  const { maySeeAll } = useRights()
  const first: Scope | undefined = Object.values(groups).flat()[0]
  const scope = search.scope_type && search.scope_id ? (search as Scope) : first
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap items-end justify-between gap-4">
        <div>
          <h1 className="text-2xl font-semibold">Policies</h1>
          <p className="text-soft">What calls may do, beside what they may cost. A policy above a key only narrows.</p>
        </div>
        {scope && <ScopeSelect groups={groups} chosen={scope} />}
      </div>
      {error ? <Failure error={error} /> : isPending ? <Loading /> : !scope ? (
        <Empty title="No key of yours yet">A policy is of keys: ask an administrator for one.</Empty>
      ) : (
        <>
          <OneScope key={scope.scope_id} scope={scope} name={nameOf(groups, scope)} />
          {maySeeAll && <All groups={groups} />}
        </>
      )}
    </div>
  )
}

const nameOf = (groups: Record<string, Choice[]>, { scope_id }: Scope) =>
  Object.values(groups).flat().find((it) => it.scope_id === scope_id)?.name

function ScopeSelect({ groups, chosen }: { groups: Record<string, Choice[]>; chosen: Scope }) {
  const id = useId()
  const navigate = route.useNavigate()
  const choose = (scopeId: string) => {
    const it = Object.values(groups).flat().find((choice) => choice.scope_id === scopeId)
    if (it) void navigate({ search: { scope_type: it.scope_type, scope_id: it.scope_id } })
  }
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="font-medium">Policy of</label>
      <select id={id} value={chosen.scope_id} onChange={(e) => choose(e.target.value)} className="max-w-sm rounded-md border border-line bg-card px-2.5 py-1.5">
        {!nameOf(groups, chosen) && <option value={chosen.scope_id}>{chosen.scope_id}</option>}
        {Object.entries(groups).filter(([, choices]) => choices.length > 0).map(([group, choices]) => (
          <optgroup key={group} label={group}>
            {choices.map((it) => <option key={it.scope_id} value={it.scope_id}>{it.name}</option>)}
          </optgroup>
        ))}
      </select>
    </div>
  )
}

function All({ groups }: { groups: Record<string, Choice[]> }) {
  const all = useQuery({ queryKey: ['policies'], queryFn: () => data(client.GET('/api/v1/policies')) })
  return (
    <Card title="Every policy that is set" note="The organisation's first, then those of teams, projects and keys.">
      {all.error ? <Failure error={all.error} /> : !all.data ? <Loading /> : all.data.items.length === 0 ? (
        <Empty title="None yet">Every call may do what its key's budget allows. Choose above what a policy is for.</Empty>
      ) : (
        <ul className="grid gap-2">
          {all.data.items.map((level) => (
            <li key={level.scope_id} className="grid gap-x-4 border-t border-line pt-2 md:grid-cols-[20rem_1fr]">
              <LevelLink of={level} name={nameOf(groups, level) ?? level.scope_name} />
              <span className="text-soft figures">{says(level).map(([what, text]) => `${what}: ${text}`).join('; ')}</span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
