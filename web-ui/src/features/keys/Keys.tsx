import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import client, { data, type Schemas } from '../../shared/api/client'
import { useMe } from '../../shared/api/me'
import { moment } from '../../shared/time'
import { Button, Card, Empty, Failure, Loading, State } from '../../shared/ui/basics'
import { BudgetBars } from './BudgetBars'
import { BudgetDialog } from './BudgetDialog'
import { NewKeyDialog } from './NewKeyDialog'
import { SecretDialog } from './SecretDialog'

type Key = Schemas['KeyView']
type Change = 'suspend' | 'resume' | 'revoke' | 'rotate'

export function Keys() {
  const [creating, setCreating] = useState(false)
  const [secret, setSecret] = useState<Key | null>(null)
  const [budgetOf, setBudgetOf] = useState<Key | null>(null)
  const keys = useQuery({
    queryKey: ['keys'],
    queryFn: () => data(client.GET('/api/v1/keys', { params: { query: { limit: 1000 } } })),
  })
  return (
    <>
      <div className="mb-4 flex items-end justify-between gap-4">
        <div>
          <h1 className="text-2xl font-semibold">Keys</h1>
          <p className="text-soft">An application holds a virtual key; the provider's own key never leaves the server.</p>
        </div>
        <Button tone="main" onClick={() => setCreating(true)}>New key</Button>
      </div>
      {keys.error ? <Failure error={keys.error} /> : !keys.data ? <Loading /> : keys.data.items.length === 0 ? (
        <Empty title="No keys yet">Make one for your first application.</Empty>
      ) : (
        <div className="grid gap-4 md:grid-cols-2">
          {keys.data.items.map((key) => <KeyCard key={key.id} it={key} onSecret={setSecret} onBudget={setBudgetOf} />)}
        </div>
      )}
      <NewKeyDialog open={creating} onClose={() => setCreating(false)} onMade={setSecret} />
      <SecretDialog of={secret} onClose={() => setSecret(null)} />
      <BudgetDialog of={budgetOf} onClose={() => setBudgetOf(null)} />
    </>
  )
}

function KeyCard({ it, onSecret, onBudget }: { it: Key; onSecret: (key: Key) => void; onBudget: (key: Key) => void }) {
  const { time_zone: zone } = useMe().organisation
  const queries = useQueryClient()
  const change = useMutation({
    mutationFn: (what: Change) => {
      const params = { params: { path: { id: it.id } }, body: {} }
      switch (what) {
        case 'suspend': return data(client.POST('/api/v1/keys/{id}/suspend', params))
        case 'resume': return data(client.POST('/api/v1/keys/{id}/resume', params))
        case 'revoke': return data(client.POST('/api/v1/keys/{id}/revoke', params))
        case 'rotate': return data(client.POST('/api/v1/keys/{id}/rotate', params))
      }
    },
    onSuccess: (key) => {
      if (key.secret) onSecret(key)
      return queries.invalidateQueries({ queryKey: ['keys'] })
    },
  })
  const sure = (what: Change, question: string) => confirm(question) && change.mutate(what)
  return (
    <Card title={it.name} note={`${it.team.name} › ${it.project.name}`} actions={<State name={it.status} />}>
      <p className="text-soft figures">
        Last used {it.last_used_at ? moment(it.last_used_at, zone) : 'never'}. <Link to="/calls" search={{ key: it.id }} className="underline">Its calls</Link>, <Link to="/admin/policies" search={{ scope_type: 'key', scope_id: it.id }} className="underline">its policy</Link>
      </p>
      <BudgetBars scopeId={it.id} />
      {change.error && <Failure error={change.error} />}
      {it.status !== 'revoked' && (
        <div className="mt-3 flex flex-wrap gap-2">
          <Button onClick={() => onBudget(it)}>Budget</Button>
          {it.status === 'active' ? <Button onClick={() => change.mutate('suspend')}>Suspend</Button> : <Button onClick={() => change.mutate('resume')}>Resume</Button>}
          <Button onClick={() => sure('rotate', `Give ${it.name} a new secret? The old one stops working at once.`)}>Rotate</Button>
          <Button tone="danger" onClick={() => sure('revoke', `Revoke ${it.name} for ever? Its calls are refused at once.`)}>Revoke</Button>
        </div>
      )}
    </Card>
  )
}
