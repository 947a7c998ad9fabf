import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import client, { ApiError, data, type Schemas } from '../../shared/api/client'
import { Button, Failure, Field, Select } from '../../shared/ui/basics'
import { Dialog } from '../../shared/ui/Dialog'
import { BudgetFields, EMPTY, limits } from './budgets'

export function NewKeyDialog({ open, onClose, onMade }: { open: boolean; onClose: () => void; onMade: (key: Schemas['KeyView']) => void }) {
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [project, setProject] = useState('')
  const [budget, setBudget] = useState(EMPTY)
  const tree = useQuery({ queryKey: ['organisation'], queryFn: () => data(client.GET('/api/v1/organisation')), enabled: open })
  const projects = Object.fromEntries(
    (tree.data?.teams ?? []).flatMap((team) => team.projects.map((p) => [p.id, `${team.name} › ${p.name}`])),
  )
  const chosen = project || Object.keys(projects)[0] || ''
  const create = useMutation({
    mutationFn: () => data(client.POST('/api/v1/keys', { body: { name, project_id: chosen, budgets: limits(budget) } })),
    onSuccess: (key) => {
      onClose()
      setName('')
      onMade(key)
      return queries.invalidateQueries({ queryKey: ['keys'] })
    },
  })
  const fields = create.error instanceof ApiError ? create.error.fields : {}
  return (
    <Dialog title="New key" about="Its secret is shown once, when it is made." open={open} onClose={onClose}>
      <form className="grid gap-4" onSubmit={(e) => { e.preventDefault(); create.mutate() }}>
        <Field label="Name" required maxLength={100} value={name} error={fields.name} onChange={(e) => setName(e.target.value)} />
        <Select label="Project" value={chosen} options={projects} onChange={setProject} />
        <BudgetFields draft={budget} onChange={setBudget} error={fields['budgets[0].limit']} />
        {create.error && <Failure error={create.error} />}
        <Button tone="main" type="submit" disabled={create.isPending || !chosen}>Make the key</Button>
      </form>
    </Dialog>
  )
}
