import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createMemoryHistory, createRootRoute, createRoute, createRouter, Outlet, type RouteComponent, RouterProvider } from '@tanstack/react-router'
import { cleanup, configure, render } from '@testing-library/react'
import { setupServer } from 'msw/node'
import { Suspense } from 'react'
import { afterAll, afterEach, beforeAll, vi } from 'vitest'

/** Answers in place of the API; what no test answers is a mistake. */
export const server = setupServer()

// a busy computer is slow, not wrong
configure({ asyncUtilTimeout: 20_000 })
vi.setConfig({ testTimeout: 60_000 })

vi.stubGlobal('scrollTo', () => undefined)

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
afterEach(() => {
  cleanup()
  server.resetHandlers()
})
afterAll(() => server.close())

/** Shows a page as a person who has signed in sees it. @returns its router, which knows where the person is */
export function show(path: string, component: RouteComponent, url: string = path) {
  const root = createRootRoute({ component: Outlet })
  const inside = createRoute({ getParentRoute: () => root, id: 'inside', component: () => <Suspense><Outlet /></Suspense> })
  const page = createRoute({ getParentRoute: () => inside, path, component })
  const router = createRouter({
    routeTree: root.addChildren([inside.addChildren([page])]),
    history: createMemoryHistory({ initialEntries: [url] }),
  })
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <RouterProvider router={router as never} />
    </QueryClientProvider>,
  )
  return router
}
