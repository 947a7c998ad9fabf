import { useQuery } from '@tanstack/react-query'
import client, { data, type Schemas } from '../../shared/api/client'
import { useMe } from '../../shared/api/me'

export type Scope = Pick<Schemas['ScopePolicy'], 'scope_type' | 'scope_id'>
export type Policy = Schemas['Policy']
export type Level = Schemas['ScopePolicy']

/** What the person may do here: change a policy, ask what one would have refused, see more than their own keys. */
export function useRights() {
  const { roles } = useMe().user
  const maySeeAll = roles.some((role) => role !== 'MEMBER')
  return { mayChange: roles.includes('ADMIN'), mayTry: maySeeAll, maySeeAll }
}

export type Choice = Scope & { name: string }

/** Everything that can have a policy, from the organisation down, by the names that people know. */
export function useChoices(): { groups: Record<string, Choice[]>; error: Error | null; isPending: boolean } {
  const { maySeeAll } = useRights()
  const tree = useQuery({ queryKey: ['organisation'], queryFn: () => data(client.GET('/api/v1/organisation')), enabled: maySeeAll })
  const keys = useQuery({ queryKey: ['keys'], queryFn: () => data(client.GET('/api/v1/keys', { params: { query: { limit: 1000 } } })) })
  const teams = tree.data?.teams ?? []
  const groups = {
    Organisation: tree.data ? [{ scope_type: 'organisation' as const, scope_id: tree.data.id, name: tree.data.name }] : [],
    Teams: teams.map((team) => ({ scope_type: 'team' as const, scope_id: team.id, name: team.name })),
    Projects: teams.flatMap((team) => team.projects.map((project) => ({ scope_type: 'project' as const, scope_id: project.id, name: `${team.name} › ${project.name}` }))),
    Keys: (keys.data?.items ?? []).map((key) => ({ scope_type: 'key' as const, scope_id: key.id, name: `${key.team.name} › ${key.project.name} › ${key.name}` })),
  }
  return { groups, error: tree.error ?? keys.error, isPending: keys.isPending || (maySeeAll && tree.isPending) }
}
