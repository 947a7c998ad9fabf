import { Link } from '@tanstack/react-router'

const PROMISES = [
  ['A hard budget is hard', 'Money is reserved before a call leaves and settled when it returns. Parallel calls, retries and crashes cannot pass a limit.'],
  ['Nothing leaves unrecorded', 'The reservation is durable before the first byte goes to the provider, the usage before the last byte reaches you.'],
  ['Every figure can be replayed', 'Each number on a page is computed from immutable events, to the last digit.'],
  ['Unknown is never zero', 'A missing price or a lost connection has a state of its own, and somebody sees it.'],
] as const

export function Landing() {
  return (
    <div className="mx-auto max-w-5xl px-6 py-10">
      <header className="flex items-center justify-between">
        <span className="flex items-center gap-2 text-lg font-semibold">
          <img src="/favicon.svg" alt="" className="size-7" /> AI Cost Auditor
        </span>
        <Link to="/summary" search={{ period: 'month' }} className="rounded-md bg-accent px-3 py-1.5 font-medium text-accent-ink">Sign in</Link>
      </header>
      <main className="py-16">
        <h1 className="max-w-3xl text-4xl font-semibold tracking-tight">Know what every LLM call costs, before it leaves and after it returns.</h1>
        <p className="mt-4 max-w-2xl text-lg text-soft">
          A proxy with a financial ledger inside. Applications change their base URL and use a virtual key; finance sees cost by team, project and model; auditors replay the record.
        </p>
        <ul className="mt-12 grid gap-4 sm:grid-cols-2">
          {PROMISES.map(([title, text]) => (
            <li key={title} className="rounded-lg border border-line bg-card p-5">
              <h2 className="font-semibold">{title}</h2>
              <p className="mt-1 text-soft">{text}</p>
            </li>
          ))}
        </ul>
      </main>
    </div>
  )
}
