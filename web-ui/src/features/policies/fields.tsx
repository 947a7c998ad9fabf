import { type ReactNode, useId } from 'react'

type Noted = { hint?: string; error?: string | undefined }

const Note = ({ id, hint, error }: Noted & { id: string }) =>
  (error || hint) ? <p id={id} className={error ? 'text-bad' : 'text-soft'}>{error ?? hint}</p> : null

const noted = (id: string, { hint, error }: Noted) => ({
  'aria-invalid': error ? true : undefined,
  'aria-describedby': error || hint ? id : undefined,
})

/** Several names, one a line. */
export function Lines({ label, value, onChange, ...note }: Noted & { label: string; value: string; onChange: (value: string) => void }) {
  const id = useId()
  return (
    <div className="grid content-start gap-1">
      <label htmlFor={id} className="font-medium">{label}</label>
      <textarea id={id} rows={3} spellCheck={false} value={value} onChange={(e) => onChange(e.target.value)} className="rounded-md border border-line bg-card px-2.5 py-1.5" {...noted(`${id}-note`, note)} />
      <Note id={`${id}-note`} {...note} />
    </div>
  )
}

export function Check({ checked, onChange, children, ...note }: Noted & { checked: boolean; onChange: (checked: boolean) => void; children: ReactNode }) {
  const id = useId()
  return (
    <div>
      <label className="flex items-center gap-2"><input type="checkbox" checked={checked} onChange={(e) => onChange(e.target.checked)} {...noted(id, note)} /> {children}</label>
      <Note id={id} {...note} />
    </div>
  )
}

/** Some of a few. */
export function Checks<T extends string>({ label, options, value, onChange, error }: { label: string; options: Record<T, string>; value: T[]; onChange: (value: T[]) => void; error?: string | undefined }) {
  const id = useId()
  const all = Object.keys(options) as T[]
  return (
    <fieldset {...noted(id, { error })}>
      <legend className="mb-1 font-medium">{label}</legend>
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        {all.map((one) => (
          <Check key={one} checked={value.includes(one)} onChange={(now) => onChange(all.filter((it) => (it === one ? now : value.includes(it))))}>{options[one]}</Check>
        ))}
      </div>
      <Note id={id} error={error} />
    </fieldset>
  )
}
