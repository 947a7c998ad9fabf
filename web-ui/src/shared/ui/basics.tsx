import type { ButtonHTMLAttributes, InputHTMLAttributes, ReactNode } from 'react'
import { useId } from 'react'
import { moment } from '../time'

type Tone = 'main' | 'plain' | 'danger'

const TONES: Record<Tone, string> = {
  main: 'bg-accent text-accent-ink hover:opacity-90',
  plain: 'border border-line bg-card text-ink hover:bg-page',
  danger: 'border border-bad text-bad hover:bg-page',
}

export function Button({ tone = 'plain', ...rest }: ButtonHTMLAttributes<HTMLButtonElement> & { tone?: Tone }) {
  return (
    <button
      type="button"
      className={`inline-flex items-center gap-2 rounded-md px-3 py-1.5 font-medium disabled:opacity-50 ${TONES[tone]}`}
      {...rest}
    />
  )
}

export function Card({ title, note, actions, children }: { title: string; note?: ReactNode; actions?: ReactNode; children: ReactNode }) {
  const id = useId()
  return (
    <section aria-labelledby={id} className="rounded-lg border border-line bg-card p-4">
      <header className="mb-3 flex flex-wrap items-start justify-between gap-2">
        <div>
          <h2 id={id} className="text-base font-semibold">{title}</h2>
          {note && <p className="text-soft">{note}</p>}
        </div>
        {actions}
      </header>
      {children}
    </section>
  )
}

export function Field({ label, hint, error, ...rest }: InputHTMLAttributes<HTMLInputElement> & { label: string; hint?: string; error?: string | undefined }) {
  const id = useId()
  return (
    <div className="grid content-start gap-1">
      <label htmlFor={id} className="font-medium">{label}</label>
      <input
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={hint || error ? `${id}-note` : undefined}
        className="rounded-md border border-line bg-card px-2.5 py-1.5"
        {...rest}
      />
      {(hint || error) && <p id={`${id}-note`} className={error ? 'text-bad' : 'text-soft'}>{error ?? hint}</p>}
    </div>
  )
}

export function Select({ label, value, onChange, options, error }: { label: string; value: string; onChange: (value: string) => void; options: Record<string, string>; error?: string | undefined }) {
  const id = useId()
  return (
    <div className="grid content-start gap-1">
      <label htmlFor={id} className="font-medium">{label}</label>
      <select
        id={id}
        value={value}
        onChange={(e) => onChange(e.target.value)}
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? `${id}-note` : undefined}
        className="rounded-md border border-line bg-card px-2.5 py-1.5"
      >
        {Object.entries(options).map(([key, text]) => <option key={key} value={key}>{text}</option>)}
      </select>
      {error && <p id={`${id}-note`} className="text-bad">{error}</p>}
    </div>
  )
}

const STATES: Record<string, string> = {
  settled: 'text-good', active: 'text-good', settled_late: 'text-warn', open: 'text-soft', released: 'text-soft',
  suspended: 'text-warn', expired: 'text-warn', denied: 'text-bad', revoked: 'text-bad',
}

/** The word says it; the colour only helps. */
export const State = ({ name }: { name: string }) => (
  <span className={`font-medium ${STATES[name] ?? ''}`}>{name.replace('_', ' ')}</span>
)

export const Empty = ({ title, children }: { title: string; children: ReactNode }) => (
  <div className="rounded-md border border-dashed border-line p-6 text-center">
    <p className="font-medium">{title}</p>
    <div className="mt-1 text-soft">{children}</div>
  </div>
)

export const Failure = ({ error }: { error: Error }) => (
  <p role="alert" className="rounded-md border border-bad p-3 text-bad">{error.message}</p>
)

export const Loading = () => (
  <div role="status" className="grid gap-2" aria-label="loading">
    {[0, 1, 2].map((i) => <div key={i} className="h-5 animate-pulse rounded bg-line" />)}
  </div>
)

/** Which clock and which moment a figure belongs to. */
export const AsOf = ({ at, timeZone, currency }: { at: string; timeZone: string; currency: string }) => (
  <p className="text-soft figures">{currency}, {timeZone}, as of {moment(at, timeZone)}</p>
)
