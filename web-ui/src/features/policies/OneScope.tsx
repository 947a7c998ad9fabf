import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import client, { data, type Schemas } from '../../shared/api/client'
import { Button, Card, Empty, Failure, Loading } from '../../shared/ui/basics'
import { InForce } from './InForce'
import { PolicyForm } from './PolicyForm'
import { type Level, type Scope, useRights } from './scopes'
import { says } from './words'

/** What was done last, and what undoes it. */
type Done = { text: string; before: Schemas['NewPolicy'] | null }

/** The policy of one scope: what it says, what is in force there, and how it is changed. */
export function OneScope({ scope, name }: { scope: Scope; name: string | undefined }) {
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
