import type { Schemas } from '../../shared/api/client'
import { count } from '../../shared/money'
import type { Level, Policy } from './scopes'

export const LISTS = { allowed_models: 'Models', allowed_providers: 'Providers', allowed_endpoints: 'Endpoints' } as const
export const COUNTED = { requests_per_minute: 'Requests per minute', tokens_per_minute: 'Tokens per minute', parallel_calls: 'Parallel calls' } as const
export const BODY = 'Largest body'
export const ENFORCEMENT = 'Enforcement'
export const CLAMP = 'Clamp max_tokens'
export const CACHE = 'Response cache'
export const TEXT = 'Text of calls'

export const REDACTIONS = { email: 'e-mail addresses', card: 'card numbers', phone: 'phone numbers', secret: 'secrets' } as const
export const ROLES = { ADMIN: 'administrators', FINANCE: 'finance', AUDITOR: 'auditors', MEMBER: 'members' } as const

const entries = Object.entries as <K extends string, V>(of: Record<K, V>) => [K, V][]
const word = (words: Record<string, string>) => (key: string) => words[key] ?? key

/** The API leaves out lists that are empty. */
const list = (names: string[] | null | undefined) => (names ?? []).join(', ')

const bytes = (n: number) => `${count(n)} bytes`

function text({ length, redact, visible_to }: Schemas['Previews']): string {
  if (length === 0) return 'none may be kept'
  const black = redact.length === 0 ? 'nothing blacked out' : `without ${redact.map(word(REDACTIONS)).join(', ')}`
  const readers = visible_to.length === 0 ? 'nobody' : visible_to.map(word(ROLES)).join(', ')
  return `${count(length)} characters, ${black}; read by ${readers}`
}

/** The enforcement of a level that says nothing of it. */
export const unsaid = (type: Level['scope_type']) => (type === 'key' ? 'strict' : 'observe')

export type Part = { text: string; levels: Level[] }
export type Row = { name: string; parts: Part[]; otherwise: string }

/** What one level says by itself. */
export const says = (level: Level): [string, string][] =>
  rows([level]).flatMap(({ name, parts }) => parts.map((part): [string, string] => [name, part.text]))

/** What is in force, the tightest first, and the levels that say so. The first level is the one that is looked at. */
export function inForce(effective: Schemas['Effective']): Row[] {
  const { levels, enforcement, previews } = effective
  return rows(levels).map((row) => {
    switch (row.name) {
      case BODY: return { ...row, parts: row.parts.slice(0, 1) }
      case ENFORCEMENT: return enforcement === unsaid('team') && levels[0]?.scope_type !== 'key' ? row : { ...row, parts: [{ text: enforcement, levels: levels.filter((l) => l.policy.enforcement === enforcement).slice(0, 1) }] }
      case TEXT: return row.parts.length === 0 ? row : { ...row, parts: [{ text: previews ? text(previews) : 'none may be kept', levels: row.parts.flatMap((p) => p.levels) }] }
      default: return row
    }
  })
}

function rows(levels: Level[]): Row[] {
  const parts = (say: (policy: Policy) => string | false | null | undefined) =>
    levels.flatMap((level) => {
      const said = say(level.policy)
      return said ? [{ text: said, levels: [level] }] : []
    })
  const numbers = (say: (policy: Policy) => number | null | undefined, show: (n: number) => string) =>
    levels
      .flatMap((level) => {
        const said = say(level.policy)
        return said == null ? [] : [{ said, text: show(said), levels: [level] }]
      })
      .sort((a, b) => a.said - b.said)
  return [
    ...entries(LISTS).map(([field, name]) => ({ name, parts: parts((p) => list(p[field])), otherwise: 'all' })),
    ...entries(COUNTED).map(([field, name]) => ({ name, parts: numbers((p) => p[field], count), otherwise: 'no limit' })),
    { name: BODY, parts: numbers((p) => p.largest_body, bytes), otherwise: 'no limit' },
    {
      name: ENFORCEMENT,
      parts: levels.flatMap((l) => (l.policy.enforcement === unsaid(l.scope_type) ? [] : [{ text: l.policy.enforcement, levels: [l] }])),
      otherwise: 'as each key says',
    },
    { name: CLAMP, parts: parts((p) => p.clamp_max_tokens && 'on'), otherwise: 'off' },
    { name: CACHE, parts: parts((p) => p.response_cache && 'on'), otherwise: 'off' },
    { name: TEXT, parts: parts((p) => p.previews && text(p.previews)), otherwise: 'not kept' },
  ]
}
