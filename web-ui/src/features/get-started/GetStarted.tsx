import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Tabs } from 'radix-ui'
import { useState } from 'react'
import client, { data } from '../../shared/api/client'
import { useMe } from '../../shared/api/me'
import { exactMoney } from '../../shared/money'
import { Card, Field } from '../../shared/ui/basics'
import { Copy } from '../../shared/ui/Copy'
import { snippets } from './snippets'

export function GetStarted() {
  const [key, setKey] = useState(sessionStorage.getItem('key') ?? '')
  const examples = snippets(location.origin, key || 'vk_…')
  return (
    <div className="grid gap-4">
      <h1 className="text-2xl font-semibold">Get started</h1>
      <Card title="1. Change the base URL and the key" note="Nothing else: every official SDK works as it is.">
        <div className="max-w-lg"><Field label="Your virtual key" value={key} placeholder="vk_…" hint="It stays in this tab. Without one, make it on the page Keys." onChange={(e) => setKey(e.target.value.trim())} /></div>
        <Tabs.Root defaultValue="curl" className="mt-4">
          <Tabs.List aria-label="Clients" className="flex flex-wrap gap-1 border-b border-line">
            {Object.keys(examples).map((name) => (
              <Tabs.Trigger key={name} value={name} className="rounded-t-md px-3 py-1.5 text-soft data-[state=active]:bg-page data-[state=active]:font-semibold data-[state=active]:text-ink">{name}</Tabs.Trigger>
            ))}
          </Tabs.List>
          {Object.entries(examples).map(([name, text]) => (
            <Tabs.Content key={name} value={name} className="pt-3">
              <div className="flex items-start gap-2">
                <pre tabIndex={0} className="min-w-0 flex-1 overflow-x-auto rounded-md bg-page p-3"><code>{text}</code></pre>
                <Copy text={text} label={`the ${name} example`} />
              </div>
            </Tabs.Content>
          ))}
        </Tabs.Root>
      </Card>
      <FirstCall />
    </div>
  )
}

/** Waits for a call that came after the page was opened, and shows what it cost. */
function FirstCall() {
  const { currency } = useMe().organisation
  const [since] = useState(() => new Date().toISOString())
  const calls = useQuery({
    queryKey: ['first-call', since],
    queryFn: () => data(client.GET('/api/v1/calls', { params: { query: { from: since, limit: 1 } } })),
    refetchInterval: (query) => (query.state.data?.items[0]?.ended_at ? false : 1_000),
  })
  const call = calls.data?.items[0]
  return (
    <Card title="2. Make a call">
      <div role="status" aria-live="polite">
        {call?.ended_at ? (
          <p className="text-lg font-semibold text-good">
            It worked: {call.model_served ?? call.model_requested} cost {exactMoney(call.cost, currency)}.{' '}
            <Link to="/calls" search={{ call: call.id }} className="underline">See the call</Link>
          </p>
        ) : <p className="text-soft">Waiting for a call … this page notices it by itself.</p>}
      </div>
    </Card>
  )
}
