import { expect, test } from 'vitest'
import { toDraft, toPolicy } from './draft'
import type { Policy } from './scopes'

const EVERYTHING: Policy = {
  enforcement: 'expected',
  allowed_models: ['gpt-*', 'claude-*'],
  allowed_providers: ['openai'],
  allowed_endpoints: ['messages'],
  requests_per_minute: 60,
  tokens_per_minute: 90_000,
  parallel_calls: 4,
  largest_body: 2_000_000,
  clamp_max_tokens: true,
  response_cache: true,
  previews: { length: 100, redact: ['email'], visible_to: ['AUDITOR'] },
}
/** As it comes: the API leaves out what is empty. */
const NOTHING = { enforcement: 'observe' } as Policy

test('a policy passes through the form unchanged', () => {
  expect(toPolicy(toDraft(EVERYTHING), 'team')).toEqual(EVERYTHING)
})

test('what says nothing is left out', () => {
  expect(toPolicy(toDraft(NOTHING), 'team')).toEqual({})
  expect(toPolicy(toDraft({ ...NOTHING, enforcement: 'strict' }), 'key')).toEqual({})
})

test('of a key, to observe is a choice; above keys, to be strict is one', () => {
  expect(toPolicy(toDraft(NOTHING), 'key')).toEqual({ enforcement: 'observe' })
  expect(toPolicy(toDraft({ ...NOTHING, enforcement: 'strict' }), 'project')).toEqual({ enforcement: 'strict' })
})

test('names stand on lines or between commas', () => {
  expect(toPolicy({ ...toDraft(NOTHING), allowed_models: ' gpt-* \n\nclaude-*, o3\n' }, 'team')).toEqual({ allowed_models: ['gpt-*', 'claude-*', 'o3'] })
})

test('forbidden previews are a length of nothing, and stay so', () => {
  const forbidden = { ...NOTHING, previews: { length: 0, redact: [], visible_to: [] } }
  expect(toDraft(forbidden).text).toBe('forbid')
  expect(toPolicy(toDraft(forbidden), 'team')).toEqual({ previews: { length: 0 } })
})
