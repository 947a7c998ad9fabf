import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import client, { data, type Schemas } from '../../shared/api/client'
import { Button, Failure } from '../../shared/ui/basics'
import { Dialog } from '../../shared/ui/Dialog'
import { BudgetFields, EMPTY, limits } from './budgets'

export function BudgetDialog({ of, onClose }: { of: Schemas['KeyView'] | null; onClose: () => void }) {
  const queries = useQueryClient()
  const [draft, setDraft] = useState(EMPTY)
  useEffect(() => {
    const first = of?.budgets[0]
    setDraft(first ? { limit: first.limit, window: first.window, kind: first.kind } : EMPTY)
  }, [of])
  const save = useMutation({
    mutationFn: () => data(client.PUT('/api/v1/budgets/{scope_type}/{scope_id}', {
      params: { path: { scope_type: 'key', scope_id: of!.id } },
      body: limits(draft),
    })),
    onSuccess: () => {
      onClose()
      return queries.invalidateQueries()
    },
  })
  return (
    <Dialog title={`Budget of ${of?.name ?? ''}`} about="What was spent in the window stays counted." open={of !== null} onClose={onClose}>
      <form className="grid gap-4" onSubmit={(e) => { e.preventDefault(); save.mutate() }}>
        <BudgetFields draft={draft} onChange={setDraft} error={undefined} />
        {save.error && <Failure error={save.error} />}
        <Button tone="main" type="submit" disabled={save.isPending}>Save</Button>
      </form>
    </Dialog>
  )
}
