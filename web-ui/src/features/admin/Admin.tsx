import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import client, { data, type Schemas } from '../../shared/api/client'
import { Button, Card, Failure, Field, Loading } from '../../shared/ui/basics'

export function Admin() {
  const tree = useQuery({ queryKey: ['organisation'], queryFn: () => data(client.GET('/api/v1/organisation')) })
  return (
    <div className="grid gap-4">
      <h1 className="text-2xl font-semibold">Admin</h1>
      {tree.error ? <Failure error={tree.error} /> : !tree.data ? <Loading /> : (
        <>
          <p className="text-soft">
            {tree.data.name}: amounts in {tree.data.currency}, days in {tree.data.time_zone}. What calls may do is said by the <Link to="/admin/policies" className="underline">policies</Link>.
          </p>
          <div className="grid gap-4 md:grid-cols-2">
            {tree.data.teams.map((team) => <TeamCard key={team.id} team={team} />)}
            <NewTeam />
          </div>
        </>
      )}
    </div>
  )
}

function TeamCard({ team }: { team: Schemas['Team'] }) {
  return (
    <Card title={team.name} note={team.projects.length === 0 ? 'No projects yet: a key needs one.' : undefined} actions={<PolicyLink type="team" id={team.id} name={team.name} />}>
      <ul className="mb-3 list-inside list-disc">{team.projects.map((p) => <li key={p.id}>{p.name} <PolicyLink type="project" id={p.id} name={`${team.name} › ${p.name}`} /></li>)}</ul>
      <Creator label={`New project in ${team.name}`} create={(name) => data(client.POST('/api/v1/projects', { body: { name, team_id: team.id } }))} />
    </Card>
  )
}

const PolicyLink = ({ type, id, name }: { type: 'team' | 'project'; id: string; name: string }) => (
  <Link to="/admin/policies" search={{ scope_type: type, scope_id: id }} aria-label={`Policy of ${name}`} className="text-soft underline">policy</Link>
)

const NewTeam = () => (
  <Card title="Another team">
    <Creator label="Name of the team" create={(name) => data(client.POST('/api/v1/teams', { body: { name } }))} />
  </Card>
)

function Creator({ label, create }: { label: string; create: (name: string) => Promise<unknown> }) {
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const save = useMutation({
    mutationFn: () => create(name),
    onSuccess: () => {
      setName('')
      return queries.invalidateQueries({ queryKey: ['organisation'] })
    },
  })
  return (
    <form className="flex items-end gap-2" onSubmit={(e) => { e.preventDefault(); save.mutate() }}>
      <div className="flex-1"><Field label={label} required maxLength={100} value={name} error={save.error?.message} onChange={(e) => setName(e.target.value)} /></div>
      <Button type="submit" disabled={save.isPending}>Add</Button>
    </form>
  )
}
