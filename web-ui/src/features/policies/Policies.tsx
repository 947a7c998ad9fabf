import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useEffect, useId, useRef, useState } from 'react'
import client, { data, type Schemas } from '../../shared/api/client'
import { Button, Card, Empty, Failure, Loading } from '../../shared/ui/basics'
import { PolicyForm } from './PolicyForm'
import { type Choice, type Level, type Scope, useChoices, useRights } from './scopes'
import { inForce, says } from './words'

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

/** What was done last, and what undoes it. */
type Done = { text: string; before: Schemas['NewPolicy'] | null }

function OneScope({ scope, name }: { scope: Scope; name: string | undefined }) {
  const { mayChange, mayTry } = useRights()
  const queries = useQueryClient()
  const [done, setDone] = useState<Done>()
  const [replaced, setReplaced] = useState(0)
  const effective = useEffective(scope)
  const level = effective.data?.levels[0]
  const put = async (policy: Schemas['NewPolicy'], now: Done) => {
    await data(client.PUT('/api/v1/policies/{scope_type}/{scope_id}', { params: { path: scope }, body: policy }))
    await queries.invalidateQueries({ queryKey: ['policies'] })
    setDone(now)
  }
  // the form starts anew when the policy becomes another one than it holds
  const replace = useMutation({
    mutationFn: ({ policy, now }: { policy: Schemas['NewPolicy']; now: Done }) => put(policy, now),
    onSuccess: () => setReplaced((n) => n + 1),
  })
  if (effective.error) return <Failure error={effective.error} />
  if (!effective.data || !level) return <Loading />
  const called = name ?? level.scope_name
  const before = level.policy as Schemas['NewPolicy']
  return (
    <>
      {done && <Notice done={done} busy={replace.isPending} onUndo={(policy) => replace.mutate({ policy, now: { text: 'Undone. The policy is as it was before.', before: null } })} />}
      {replace.error && <Failure error={replace.error} />}
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <SetHere level={level} called={called} busy={replace.isPending} onLift={mayChange ? () => replace.mutate({ policy: {}, now: { text: `The policy of ${called} is lifted.`, before } }) : undefined} />
        <InForce of={effective.data} called={called} />
      </div>
      {mayTry && <PolicyForm key={replaced} level={level} onSet={(policy) => put(policy, { text: `The policy of ${called} is set, and in force with the next request.`, before })} />}
    </>
  )
}

/** A member may ask this of their own keys only. */
function useEffective(scope: Scope) {
  const { maySeeAll } = useRights()
  return useQuery({
    queryKey: ['policies', scope.scope_type, scope.scope_id],
    queryFn: () => data(maySeeAll
      ? client.GET('/api/v1/policies/{scope_type}/{scope_id}/effective', { params: { path: scope } })
      : client.GET('/api/v1/keys/{id}/effective-policy', { params: { path: { id: scope.scope_id } } })),
  })
}

function Notice({ done, busy, onUndo }: { done: Done; busy: boolean; onUndo: (before: Schemas['NewPolicy']) => void }) {
  const place = useRef<HTMLDivElement>(null)
  // the button that was pressed may be gone
  useEffect(() => place.current?.focus(), [done])
  return (
    <div ref={place} role="status" tabIndex={-1} className="flex flex-wrap items-center justify-between gap-2 rounded-md border border-good px-3 py-2">
      <span>{done.text}</span>
      {done.before && <Button disabled={busy} onClick={() => onUndo(done.before!)}>Undo</Button>}
    </div>
  )
}

function SetHere({ level, called, busy, onLift }: { level: Level; called: string; busy: boolean; onLift: (() => void) | undefined }) {
  const said = says(level)
  return (
    <Card
      title="Set here"
      note={`By itself, the ${level.scope_type} ${called}`}
      actions={onLift && said.length > 0 && <Button tone="danger" disabled={busy} onClick={onLift}>Lift the policy</Button>}
    >
      {said.length === 0 ? (
        <Empty title="No policy is set here">
          {onLift ? 'Fill in the form below, and see first what it would have refused.' : 'An administrator can set one.'}
        </Empty>
      ) : (
        <dl className="grid grid-cols-[11rem_1fr] gap-y-1 figures">
          {said.map(([what, text]) => [<dt key={what} className="text-soft">{what}</dt>, <dd key={`${what} said`} className="break-words">{text}</dd>])}
        </dl>
      )}
    </Card>
  )
}

function InForce({ of, called }: { of: Schemas['Effective']; called: string }) {
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

function LevelLink({ of, name = of.scope_name }: { of: Level; name?: string }) {
  return (
    <Link to="/admin/policies" search={{ scope_type: of.scope_type, scope_id: of.scope_id }} className="block underline">{of.scope_type} {name}</Link>
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
