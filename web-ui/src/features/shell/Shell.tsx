import { Link, Outlet } from '@tanstack/react-router'
import { Suspense, useState } from 'react'
import { useMe } from '../../shared/api/me'
import { csrfToken, forget } from '../../shared/session'
import { choose, preferred } from '../../shared/theme'
import { Button, Loading } from '../../shared/ui/basics'

const PAGES = [
  ['/summary', 'Summary'],
  ['/calls', 'Calls'],
  ['/keys', 'Keys'],
  ['/get-started', 'Get started'],
  ['/prices', 'Prices'],
  ['/admin', 'Admin'],
] as const

export function Shell() {
  return (
    <>
      <a href="#content" className="sr-only focus:not-sr-only focus:absolute focus:left-2 focus:top-2 focus:bg-card focus:p-2">Skip to the content</a>
      <Suspense fallback={<div className="p-10"><Loading /></div>}>
        <Header />
        <main id="content" tabIndex={-1} className="mx-auto max-w-7xl px-6 py-6 outline-none">
          <Outlet />
        </main>
      </Suspense>
    </>
  )
}

function Header() {
  const me = useMe()
  const [theme, setTheme] = useState(preferred())
  const other = theme === 'dark' ? 'light' : 'dark'
  const stubs = me.environment.stub_providers
  return (
    <header className="border-b border-line bg-card">
      <div className="mx-auto flex max-w-7xl flex-wrap items-center gap-x-6 gap-y-2 px-6 py-3">
        <Link to="/" className="flex items-center gap-2 font-semibold"><img src="/favicon.svg" alt="" className="size-6" /> AI Cost Auditor</Link>
        <nav aria-label="Pages" className="flex flex-wrap gap-1">
          {PAGES.map(([to, name]) => (
            <Link key={to} to={to} className="rounded-md px-2.5 py-1.5 text-soft hover:bg-page aria-[current=page]:bg-page aria-[current=page]:font-semibold aria-[current=page]:text-ink">{name}</Link>
          ))}
        </nav>
        <div className="ml-auto flex items-center gap-3">
          <span className="text-soft">{me.organisation.name} · {me.user.name}</span>
          <Button aria-label={`Use the ${other} theme`} onClick={() => { choose(other); setTheme(other) }}>{theme === 'dark' ? '☀' : '☾'}</Button>
          <form method="post" action="/sign-out" onSubmit={forget}>
            <input type="hidden" name="_csrf" value={csrfToken()} />
            <Button type="submit">Sign out</Button>
          </form>
        </div>
      </div>
      {(me.environment.demo_data || stubs.length > 0) && (
        <p className="border-t border-line bg-page px-6 py-1.5 text-center text-warn">
          {me.environment.demo_data && 'Demo data: the traffic on these pages is partly made up. '}
          {stubs.length > 0 && `Answers come from the stub provider, at no cost, for: ${stubs.join(', ')}.`}
        </p>
      )}
    </header>
  )
}
