import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { ApiError, type Schemas } from '../../shared/api/client'
import { Button, Card, Failure, Field, Select } from '../../shared/ui/basics'
import { DryRun } from './DryRun'
import { type Draft, toDraft, toPolicy } from './draft'
import { dryRun, type Outcome } from './dryRun'
import { Check, Checks, Lines } from './fields'
import { type Level, useRights } from './scopes'
import { BODY, CACHE, CLAMP, COUNTED, ENFORCEMENT, LISTS, REDACTIONS, ROLES, TEXT } from './words'

const HINTS = {
  allowed_models: 'One a line, * for any text: gpt-*. Empty allows all.',
  allowed_providers: 'Such as openai, anthropic.',
  allowed_endpoints: 'Such as chat.completions, messages.',
}

const ENFORCEMENTS = {
  strict: 'strict: hold the most a call can cost',
  expected: 'expected: hold what it will probably cost',
  observe: 'observe: record, refuse nothing',
}

const ABOVE_KEYS = { ...ENFORCEMENTS, observe: 'as each key says' }

const TEXTS = { unsaid: 'says nothing', keep: 'keep previews', forbid: 'forbid previews' }

/** One name of a list is a matter of the list; the dry run has the policy as a part of its request. */
const isOf = (field: string, name: string) => field.replace(/^policy\./, '').replace(/\[\d+\]$/, '') === name

/** A policy is tried on the calls of the last week first, and then set. */
export function PolicyForm({ level, onSet }: { level: Level; onSet: (policy: Schemas['NewPolicy']) => Promise<unknown> }) {
  const { mayChange } = useRights()
  const [draft, setDraft] = useState(() => toDraft(level.policy))
  const [soFar, setSoFar] = useState<Outcome>()
  const running = useRef<AbortController>(null)
  useEffect(() => () => running.current?.abort(), [])

  const { scope_type, scope_id } = level
  const policy = toPolicy(draft, scope_type)
  const asked = JSON.stringify(policy)
  const attempt = useMutation({
    mutationFn: async () => {
      running.current = new AbortController()
      setSoFar(undefined)
      return { asked, outcome: await dryRun({ scope_type, scope_id }, policy, setSoFar, running.current.signal) }
    },
  })
  const save = useMutation({ mutationFn: () => onSet(policy) })
  const stopped = attempt.error?.name === 'AbortError'
  const error = save.error ?? (stopped ? null : attempt.error)
  const fields = error instanceof ApiError ? error.fields : {}
  const wrong = (name: string) => Object.entries(fields).find(([field]) => isOf(field, name))?.[1]
  const tried = attempt.data?.asked === asked

  const change = (part: Partial<Draft>) => setDraft({ ...draft, ...part })
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault()
    const { submitter } = e.nativeEvent as SubmitEvent
    attempt.reset()
    save.reset()
    if (submitter?.getAttribute('value') === 'set') save.mutate()
    else attempt.mutate()
  }
  const number = (name: keyof typeof COUNTED | 'largest_body' | 'length', label: string, hint: string) => (
    <Field label={label} type="number" min={1} step={1} inputMode="numeric" hint={hint} value={draft[name]}
      error={wrong(name === 'length' ? 'previews.length' : name)} onChange={(e) => change({ [name]: e.target.value })} />
  )
  return (
    <Card
      title={mayChange ? 'Change the policy' : 'Try a policy'}
      note={mayChange ? 'See first what it would have refused, then set it. It is in force with the next request.' : 'See what it would have refused. Administrators set policies.'}
    >
      <form className="grid gap-4" onSubmit={submit}>
        <div className="grid gap-3 md:grid-cols-3">
          {(Object.keys(LISTS) as (keyof typeof LISTS)[]).map((name) => (
            <Lines key={name} label={`Allowed ${LISTS[name].toLowerCase()}`} hint={HINTS[name]} value={draft[name]} error={wrong(name)} onChange={(value) => change({ [name]: value })} />
          ))}
          {(Object.keys(COUNTED) as (keyof typeof COUNTED)[]).map((name) => (
            <div key={name}>{number(name, COUNTED[name], scope_type === 'key' ? 'Empty is no limit.' : 'Of all keys below together; empty is no limit.')}</div>
          ))}
          {number('largest_body', BODY, 'Bytes of a request.')}
          <Select label={ENFORCEMENT} value={draft.enforcement} options={scope_type === 'key' ? ENFORCEMENTS : ABOVE_KEYS} error={wrong('enforcement')} onChange={(value) => change({ enforcement: value as Draft['enforcement'] })} />
          <div className="grid content-start gap-2">
            <Check checked={draft.clamp_max_tokens} error={wrong('clamp_max_tokens')} onChange={(now) => change({ clamp_max_tokens: now })}>{CLAMP} to what the budget allows</Check>
            <Check checked={draft.response_cache} error={wrong('response_cache')} onChange={(now) => change({ response_cache: now })}>{CACHE} for exact repetitions</Check>
          </div>
        </div>
        <div className="grid gap-3 md:grid-cols-3">
          <div><Select label={TEXT} value={draft.text} options={TEXTS} error={wrong('previews')} onChange={(value) => change({ text: value as Draft['text'] })} /></div>
          {draft.text === 'keep' && (
            <>
              {number('length', 'Characters', 'Of the request and of the answer each, 4,000 at most.')}
              <div className="grid content-start gap-3">
                <Checks label="Blacked out" options={REDACTIONS} value={draft.redact} error={wrong('previews.redact')} onChange={(redact) => change({ redact })} />
                <Checks label="Read by" options={ROLES} value={draft.visible_to} error={wrong('previews.visible_to')} onChange={(visible_to) => change({ visible_to })} />
              </div>
            </>
          )}
        </div>
        <div className="flex flex-wrap items-center gap-2">
          <Button tone={tried ? 'plain' : 'main'} type="submit" value="try" disabled={attempt.isPending}>What would this have refused last week?</Button>
          {mayChange && <Button tone={tried ? 'main' : 'plain'} type="submit" value="set" disabled={save.isPending}>Set the policy</Button>}
        </div>
        {error && <Failure error={error} />}
        <DryRun running={attempt.isPending} soFar={soFar} outcome={tried ? attempt.data?.outcome : undefined} onStop={() => running.current?.abort()} />
        {stopped && <p role="status" className="text-soft">Stopped: nothing is known of the whole week.</p>}
        {attempt.data && !tried && <p role="status" className="text-soft">The policy above was changed since it was tried.</p>}
      </form>
    </Card>
  )
}
