import { getRouteApi } from '@tanstack/react-router'
import { useEffect } from 'react'
import { csrfToken, signIn } from '../../shared/session'
import { Button, Field } from '../../shared/ui/basics'

const PENDING = 'pending'

export function SignIn() {
  const { error, wait } = getRouteApi('/sign-in').useSearch()
  useEffect(() => {
    // who opens this page by its address has not been to the issuer yet, which must know where to go afterwards
    if (!sessionStorage.getItem(PENDING)) void signIn('/summary')
  }, [])
  return (
    <main className="mx-auto mt-24 max-w-sm px-6">
      <h1 className="text-2xl font-semibold">Sign in</h1>
      <form method="post" action="/sign-in" className="mt-6 grid gap-4">
        {error && <p role="alert" className="text-bad">That address and password do not fit together, or the account is locked for a while.</p>}
        {wait && <p role="alert" className="text-bad">Too many attempts from here. Try again in ten minutes.</p>}
        <Field label="E-mail address" name="username" type="email" autoComplete="username" required />
        <Field label="Password" name="password" type="password" autoComplete="current-password" required />
        <input type="hidden" name="_csrf" value={csrfToken()} />
        <Button tone="main" type="submit">Sign in</Button>
        <p className="text-soft">In development, <code>./auditor status -o env</code> knows the password.</p>
      </form>
    </main>
  )
}
