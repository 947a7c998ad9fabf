import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { delay, http, HttpResponse } from 'msw'
import { beforeEach, expect, test } from 'vitest'
import { server, show } from '../../shared/testing/page'
import { Policies } from './Policies'

const ORGANISATION = { scope_type: 'organisation', scope_id: 'org_1', scope_name: 'Acme' }
const TEAM = { scope_type: 'team', scope_id: 'team_1', scope_name: 'Support' }
const NOTHING = { enforcement: 'observe' }
const OF_THE_TEAM = { enforcement: 'observe', allowed_models: ['gpt-*'], requests_per_minute: 1000 }
const OF_ACME = { enforcement: 'expected', requests_per_minute: 600, response_cache: true }
const AT_THE_TEAM = '/admin/policies?scope_type=team&scope_id=team_1'

let ofTheTeam: object
let puts: { path: string; body: unknown }[]
let tries: Record<string, unknown>[]

beforeEach(() => {
  ofTheTeam = OF_THE_TEAM
  puts = []
  tries = []
  signedInAs('ADMIN')
  server.use(
    http.get('*/api/v1/organisation', () => HttpResponse.json({
      id: 'org_1', name: 'Acme', currency: 'USD', time_zone: 'UTC', teams: [{ id: 'team_1', name: 'Support', projects: [{ id: 'proj_1', name: 'Bot' }] }],
    })),
    http.get('*/api/v1/keys', () => HttpResponse.json({ items: [{ id: 'key_1', name: 'night shift', team: { id: 'team_1', name: 'Support' }, project: { id: 'proj_1', name: 'Bot' }, budgets: [] }] })),
    http.get('*/api/v1/policies', () => HttpResponse.json({ items: [{ ...ORGANISATION, policy: OF_ACME }, { scope_type: 'project', scope_id: 'proj_1', scope_name: 'Bot', policy: { enforcement: 'observe', parallel_calls: 3 } }] })),
    http.get('*/api/v1/policies/team/team_1/effective', () => HttpResponse.json(effective(null, [{ ...TEAM, policy: ofTheTeam }, { ...ORGANISATION, policy: OF_ACME }]))),
    http.get('*/api/v1/policies/organisation/org_1/effective', () => HttpResponse.json(effective(null, [{ ...ORGANISATION, policy: NOTHING }]))),
    http.put('*/api/v1/policies/:type/:id', async ({ params, request }) => {
      const body = await request.json() as object
      puts.push({ path: `${String(params.type)}/${String(params.id)}`, body })
      ofTheTeam = { enforcement: 'observe', ...body }
      return HttpResponse.json({ ...TEAM, policy: ofTheTeam })
    }),
    http.post('*/api/v1/policies/dry-run', async ({ request }) => {
      tries.push(await request.json() as Record<string, unknown>)
      return HttpResponse.json(tries.length === 1 ? FIRST_PART : SECOND_PART)
    }),
  )
})

function signedInAs(...roles: string[]) {
  server.use(http.get('*/api/v1/me', () => HttpResponse.json({
    user: { id: 'user_1', email: 'a@example.org', name: 'A', roles },
    organisation: { id: 'org_1', name: 'Acme', currency: 'USD', time_zone: 'UTC' },
    environment: { mode: 'dev', demo_data: false, stub_providers: [] },
  })))
}

const effective = (key_id: string | null, levels: { policy: object }[]) => ({
  key_id, levels, enforcement: levels.some((it) => 'enforcement' in it.policy && it.policy.enforcement === 'expected') ? 'expected' : 'observe',
  clamp_max_tokens: false, response_cache: true,
})

const FIRST_PART = {
  currency: 'USD', as_of: '2026-03-08T00:00:00Z', from: '2026-03-01T00:00:00Z', to: '2026-03-04T12:00:00Z', next: '2026-03-04T12:00:00Z',
  examined: 1000, refused: 2, cost: '0.1', cost_unknown: 1, not_judged: ['largest_body'],
  reasons: [{ reason: 'model_not_allowed', calls: 2, cost: '0.1', cost_unknown: 1, samples: ['call_1'] }],
}
const SECOND_PART = { ...FIRST_PART, from: '2026-03-04T12:00:00Z', to: '2026-03-08T00:00:00Z', next: null, examined: 500, cost: '0.2', cost_unknown: 0, reasons: [{ reason: 'model_not_allowed', calls: 2, cost: '0.2', cost_unknown: 0, samples: ['call_2'] }] }

const card = (name: string) => screen.findByRole('region', { name })
const tryIt = () => userEvent.click(screen.getByRole('button', { name: 'What would this have refused last week?' }))
const setIt = () => userEvent.click(screen.getByRole('button', { name: 'Set the policy' }))

test('what is in force names the level that says so, the tightest first', async () => {
  show('/admin/policies', Policies, AT_THE_TEAM)
  const table = await card('In force')
  const rows = within(table).getAllByRole('row').map((row) => row.textContent)
  expect(rows).toContain('Modelsgpt-*team Support')
  expect(rows.filter((row) => row?.startsWith('Requests per minute'))).toEqual(['Requests per minute600organisation Acme', 'Requests per minute1,000team Support'])
  expect(rows).toContain('Enforcementexpectedorganisation Acme')
  expect(rows).toContain('Tokens per minuteno limit–')
  expect(within(table).getAllByRole('link', { name: 'organisation Acme' })[0]).toHaveProperty('search', '?scope_type=organisation&scope_id=org_1')
  const own = await card('Set here')
  expect(own.textContent).toContain('gpt-*')
  expect(own.textContent).not.toContain('600')
})

test('where nothing is set, the page says what to do next', async () => {
  show('/admin/policies', Policies)
  const own = await card('Set here')
  expect(own.textContent).toContain('No policy is set here')
  expect(own.textContent).toContain('Fill in the form below')
  expect(within(own).queryByRole('button', { name: 'Lift the policy' })).toBeNull()
})

test('every policy that is set is listed by the names that people know', async () => {
  show('/admin/policies', Policies)
  const all = await card('Every policy that is set')
  expect(await within(all).findByRole('link', { name: 'project Support › Bot' })).toHaveProperty('search', '?scope_type=project&scope_id=proj_1')
  expect(all.textContent).toContain('Parallel calls: 3')
})

test('a scope is chosen by name, and the address says which', async () => {
  const router = show('/admin/policies', Policies)
  await userEvent.selectOptions(await screen.findByLabelText('Policy of'), 'Support')
  await waitFor(() => expect(router.state.location.href).toBe(AT_THE_TEAM))
  expect((await card('Set here')).textContent).toContain('the team Support')
})

test('the dry run goes through all parts and adds them up', async () => {
  show('/admin/policies', Policies, AT_THE_TEAM)
  await userEvent.type(await screen.findByLabelText('Allowed models'), '\nclaude-*')
  await tryIt()
  expect(await screen.findByText('It would have refused 4 of 1,500 calls: 3 cost $0.30, of 1 the cost is not known.')).toBeTruthy()
  const policy = { allowed_models: ['gpt-*', 'claude-*'], requests_per_minute: 1000 }
  expect(tries).toEqual([
    { scope_type: 'team', scope_id: 'team_1', policy },
    { scope_type: 'team', scope_id: 'team_1', policy, from: '2026-03-04T12:00:00Z' },
  ])
  expect(screen.getByRole('row', { name: /model not allowed 4 \$0\.30 1/ })).toBeTruthy()
  expect(screen.getByRole('link', { name: 'call_2' })).toHaveProperty('search', '?call=call_2')
  expect(screen.getByText('The record of a call cannot tell: largest body.')).toBeTruthy()
  expect(puts).toEqual([])
})

test('a cost that is not known is not shown as nothing', async () => {
  server.use(http.post('*/api/v1/policies/dry-run', () => HttpResponse.json({
    ...SECOND_PART, refused: 2, cost: '0', cost_unknown: 2, reasons: [{ reason: 'model_not_allowed', calls: 2, cost: '0', cost_unknown: 2, samples: [] }],
  })))
  show('/admin/policies', Policies, AT_THE_TEAM)
  await screen.findByRole('region', { name: 'Change the policy' })
  await tryIt()
  const findings = await screen.findByRole('region', { name: 'What it would have refused' })
  expect(findings.textContent).toContain('2 of 500 calls; what they cost is not known.')
  expect(findings.textContent).not.toContain('$0')
})

test('a dry run that goes on says how far it is, and can be stopped', async () => {
  server.use(http.post('*/api/v1/policies/dry-run', async ({ request }) => {
    if ('from' in (await request.json() as object)) await delay('infinite')
    return HttpResponse.json(FIRST_PART)
  }))
  show('/admin/policies', Policies, AT_THE_TEAM)
  await screen.findByRole('region', { name: 'Change the policy' })
  await tryIt()
  expect(await screen.findByText('1,000 calls examined')).toBeTruthy()
  expect(screen.getByRole('progressbar')).toHaveProperty('value', 0.5)
  await userEvent.click(screen.getByRole('button', { name: 'Stop' }))
  expect(await screen.findByText(/^Stopped/)).toBeTruthy()
  expect(screen.queryByRole('progressbar')).toBeNull()
})

test('findings hold for the policy that was tried, not for one changed since', async () => {
  show('/admin/policies', Policies, AT_THE_TEAM)
  await screen.findByRole('region', { name: 'Change the policy' })
  await tryIt()
  await screen.findByRole('region', { name: 'What it would have refused' })
  await userEvent.type(screen.getByLabelText('Parallel calls'), '4')
  expect(screen.queryByRole('region', { name: 'What it would have refused' })).toBeNull()
  expect(screen.getByText('The policy above was changed since it was tried.')).toBeTruthy()
})

test('every field arrives', async () => {
  ofTheTeam = NOTHING
  show('/admin/policies', Policies, AT_THE_TEAM)
  await userEvent.type(await screen.findByLabelText('Allowed models'), 'gpt-*')
  await userEvent.type(screen.getByLabelText('Allowed providers'), 'openai, azure')
  await userEvent.type(screen.getByLabelText('Allowed endpoints'), 'chat.*')
  await userEvent.type(screen.getByLabelText('Requests per minute'), '60')
  await userEvent.type(screen.getByLabelText('Tokens per minute'), '90000')
  await userEvent.type(screen.getByLabelText('Parallel calls'), '4')
  await userEvent.type(screen.getByLabelText('Largest body'), '2000000')
  await userEvent.selectOptions(screen.getByLabelText('Enforcement'), 'strict')
  await userEvent.click(screen.getByLabelText(/^Clamp max_tokens/))
  await userEvent.click(screen.getByLabelText(/^Response cache/))
  await userEvent.selectOptions(screen.getByLabelText('Text of calls'), 'keep')
  await userEvent.clear(screen.getByLabelText('Characters'))
  await userEvent.type(screen.getByLabelText('Characters'), '80')
  await userEvent.click(screen.getByLabelText('phone numbers'))
  await userEvent.click(screen.getByLabelText('finance'))
  await setIt()
  await screen.findByText('The policy of Support is set, and in force with the next request.')
  expect(puts).toEqual([{ path: 'team/team_1', body: {
    allowed_models: ['gpt-*'], allowed_providers: ['openai', 'azure'], allowed_endpoints: ['chat.*'],
    requests_per_minute: 60, tokens_per_minute: 90000, parallel_calls: 4, largest_body: 2000000,
    enforcement: 'strict', clamp_max_tokens: true, response_cache: true,
    previews: { length: 80, redact: ['email', 'card', 'secret'], visible_to: ['ADMIN', 'FINANCE', 'AUDITOR'] },
  } }])
})

test('a policy that is lifted comes back by undo', async () => {
  show('/admin/policies', Policies, AT_THE_TEAM)
  await userEvent.click(await screen.findByRole('button', { name: 'Lift the policy' }))
  await screen.findByText('The policy of Support is lifted.')
  expect((await card('Set here')).textContent).toContain('No policy is set here')
  expect(screen.getByLabelText('Allowed models')).toHaveProperty('value', '')
  await userEvent.click(screen.getByRole('button', { name: 'Undo' }))
  await screen.findByText(/^Undone/)
  expect(puts.map((it) => it.body)).toEqual([{}, OF_THE_TEAM])
  expect(screen.getByLabelText('Allowed models')).toHaveProperty('value', 'gpt-*')
})

test('what is wrong stands beside its field', async () => {
  const errors = [
    { field: 'requests_per_minute', message: 'is not valid' },
    { field: 'allowed_models[1]', message: 'must not be blank' },
    { field: 'previews', message: 'cannot be kept' },
  ]
  server.use(http.put('*/api/v1/policies/:type/:id', () => HttpResponse.json({ status: 422, detail: 'three things', errors }, { status: 422 })))
  show('/admin/policies', Policies, AT_THE_TEAM)
  await screen.findByRole('region', { name: 'Change the policy' })
  await setIt()
  expect((await screen.findByRole('alert')).textContent).toBe('three things')
  const described = (label: string) => document.getElementById(screen.getByLabelText(label).getAttribute('aria-describedby') ?? '')?.textContent
  expect(described('Requests per minute')).toBe('is not valid')
  expect(described('Allowed models')).toBe('must not be blank')
  expect(described('Text of calls')).toBe('cannot be kept')
  expect(screen.getByLabelText('Requests per minute').getAttribute('aria-invalid')).toBe('true')
})

test('what is wrong with a policy that is tried stands there too', async () => {
  server.use(http.post('*/api/v1/policies/dry-run', () => HttpResponse.json(
    { status: 422, detail: 'one thing', errors: [{ field: 'policy.tokens_per_minute', message: 'is not valid' }] }, { status: 422 },
  )))
  show('/admin/policies', Policies, AT_THE_TEAM)
  await screen.findByRole('region', { name: 'Change the policy' })
  await tryIt()
  await screen.findByText('is not valid')
  expect(screen.getByLabelText('Tokens per minute').getAttribute('aria-invalid')).toBe('true')
  expect(puts).toEqual([])
})

test('who may only read can try a policy and change none', async () => {
  signedInAs('AUDITOR')
  show('/admin/policies', Policies, AT_THE_TEAM)
  await card('Try a policy')
  await tryIt()
  await screen.findByRole('region', { name: 'What it would have refused' })
  expect(screen.queryByRole('button', { name: 'Set the policy' })).toBeNull()
  expect(screen.queryByRole('button', { name: 'Lift the policy' })).toBeNull()
})

test('a member sees what their own keys may do, and nothing above them to choose', async () => {
  signedInAs('MEMBER')
  server.use(http.get('*/api/v1/keys/key_1/effective-policy', () => HttpResponse.json(effective('key_1', [
    { scope_type: 'key', scope_id: 'key_1', scope_name: 'night shift', policy: { enforcement: 'strict' } } as { policy: object }, { ...TEAM, policy: OF_THE_TEAM },
  ]))))
  show('/admin/policies', Policies)
  expect((await card('In force')).textContent).toContain('gpt-*')
  expect(screen.getAllByRole('option').map((it) => it.textContent)).toEqual(['Support › Bot › night shift'])
  expect(screen.queryByRole('region', { name: 'Try a policy' })).toBeNull()
  expect(screen.queryByRole('region', { name: 'Every policy that is set' })).toBeNull()
})
