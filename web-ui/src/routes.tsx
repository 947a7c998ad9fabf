import { createRootRoute, createRoute, createRouter, Outlet, redirect } from '@tanstack/react-router'
import { Admin } from './features/admin/Admin'
import { Calls } from './features/calls/Calls'
import { GetStarted } from './features/get-started/GetStarted'
import { Keys } from './features/keys/Keys'
import { Landing } from './features/landing/Landing'
import { Policies } from './features/policies/Policies'
import type { Scope } from './features/policies/scopes'
import { Prices } from './features/prices/Prices'
import { Shell } from './features/shell/Shell'
import { SignedIn } from './features/sign-in/SignedIn'
import { SignIn } from './features/sign-in/SignIn'
import { Summary } from './features/summary/Summary'
import { mayBeSignedIn, refresh, signIn, token } from './shared/session'
import { PERIODS, type Period } from './shared/time'
import { Failure } from './shared/ui/basics'

const root = createRootRoute({ component: Outlet, errorComponent: ({ error }) => <Failure error={error as Error} /> })

const landing = createRoute({ getParentRoute: () => root, path: '/', component: Landing })
const signInPage = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>) => ({
    ...('error' in search && { error: true }),
    ...('wait' in search && { wait: true }),
  }) as { error?: boolean; wait?: boolean },
  component: SignIn,
})
const signedIn = createRoute({ getParentRoute: () => root, path: '/signed-in', component: SignedIn })

/** Everything behind it is for people who have signed in. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  beforeLoad: async ({ location }) => {
    if (!token() && mayBeSignedIn()) await refresh()
    if (!token()) {
      await signIn(location.href)
      throw redirect({ to: '/sign-in' })
    }
  },
  component: Shell,
})

const summary = createRoute({
  getParentRoute: () => inside,
  path: '/summary',
  validateSearch: (search: Record<string, unknown>): { period: Period } => ({
    period: String(search.period) in PERIODS ? (search.period as Period) : 'month',
  }),
  component: Summary,
})
const calls = createRoute({
  getParentRoute: () => inside,
  path: '/calls',
  validateSearch: (search: Record<string, unknown>) =>
    ({
      ...(search.call !== undefined && { call: String(search.call) }),
      ...(search.key !== undefined && { key: String(search.key) }),
      ...(search.team !== undefined && { team: String(search.team) }),
      ...(search.status !== undefined && { status: String(search.status) }),
    }) as { call?: string; key?: string; team?: string; status?: string },
  component: Calls,
})
const keys = createRoute({ getParentRoute: () => inside, path: '/keys', component: Keys })
const getStarted = createRoute({ getParentRoute: () => inside, path: '/get-started', component: GetStarted })
const admin = createRoute({ getParentRoute: () => inside, path: '/admin', component: Admin })

const SCOPE_TYPES = ['organisation', 'team', 'project', 'key'] as const
const policies = createRoute({
  getParentRoute: () => inside,
  path: '/admin/policies',
  validateSearch: (search: Record<string, unknown>) => {
    const type = SCOPE_TYPES.find((it) => it === search.scope_type)
    return (type && search.scope_id !== undefined ? { scope_type: type, scope_id: String(search.scope_id) } : {}) as Partial<Scope>
  },
  component: Policies,
})

const prices = createRoute({ getParentRoute: () => inside, path: '/prices', component: Prices })

export const router = createRouter({
  routeTree: root.addChildren([
    landing, signInPage, signedIn, inside.addChildren([summary, calls, keys, getStarted, admin, policies, prices]),
  ]),
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
