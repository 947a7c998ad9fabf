import type { Schemas } from '../../shared/api/client'
import type { Policy, Scope } from './scopes'
import { unsaid } from './words'

type NewPolicy = Schemas['NewPolicy']
type NewPreviews = Schemas['NewPreviews']

/** A policy as it stands in the form: numbers as they are typed, lists one a line. */
export type Draft = Record<'allowed_models' | 'allowed_providers' | 'allowed_endpoints' | 'requests_per_minute' | 'tokens_per_minute' | 'parallel_calls' | 'largest_body' | 'length', string> & {
  enforcement: Policy['enforcement']
  clamp_max_tokens: boolean
  response_cache: boolean
  text: 'unsaid' | 'keep' | 'forbid'
  redact: NonNullable<NewPreviews['redact']>
  visible_to: NonNullable<NewPreviews['visible_to']>
}

const lines = (names: string[] | null | undefined) => (names ?? []).join('\n')
const typed = (n: number | null | undefined) => (n == null ? '' : String(n))

export function toDraft({ previews, ...policy }: Policy): Draft {
  return {
    allowed_models: lines(policy.allowed_models),
    allowed_providers: lines(policy.allowed_providers),
    allowed_endpoints: lines(policy.allowed_endpoints),
    requests_per_minute: typed(policy.requests_per_minute),
    tokens_per_minute: typed(policy.tokens_per_minute),
    parallel_calls: typed(policy.parallel_calls),
    largest_body: typed(policy.largest_body),
    enforcement: policy.enforcement,
    clamp_max_tokens: policy.clamp_max_tokens ?? false,
    response_cache: policy.response_cache ?? false,
    text: !previews ? 'unsaid' : previews.length === 0 ? 'forbid' : 'keep',
    length: typed(previews?.length || 200),
    redact: previews?.redact ?? ['email', 'card', 'phone', 'secret'],
    visible_to: (previews?.visible_to as Draft['visible_to'] | undefined) ?? ['ADMIN', 'AUDITOR'],
  }
}

/** What the API takes; what says nothing is left out. */
export function toPolicy(draft: Draft, type: Scope['scope_type']): NewPolicy {
  const names = (field: 'allowed_models' | 'allowed_providers' | 'allowed_endpoints') => {
    const given = draft[field].split(/[\n,]/).map((name) => name.trim()).filter(Boolean)
    return given.length > 0 && { [field]: given }
  }
  const number = (field: 'requests_per_minute' | 'tokens_per_minute' | 'parallel_calls' | 'largest_body') =>
    draft[field] !== '' && { [field]: Number(draft[field]) }
  return {
    ...names('allowed_models'),
    ...names('allowed_providers'),
    ...names('allowed_endpoints'),
    ...number('requests_per_minute'),
    ...number('tokens_per_minute'),
    ...number('parallel_calls'),
    ...number('largest_body'),
    ...(draft.enforcement !== unsaid(type) && { enforcement: draft.enforcement }),
    ...(draft.clamp_max_tokens && { clamp_max_tokens: true }),
    ...(draft.response_cache && { response_cache: true }),
    ...(draft.text === 'forbid' && { previews: { length: 0 } }),
    ...(draft.text === 'keep' && { previews: { length: Number(draft.length), redact: draft.redact, visible_to: draft.visible_to } }),
  }
}
