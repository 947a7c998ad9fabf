// Calls until it is told to stop, and writes down the id of each call that was answered: what was acknowledged must be there
// after a crash.
//
//   node load.mjs FILE CONNECTIONS SECONDS
import { appendFileSync } from 'node:fs'
import { key, url } from './harness.mjs'

const [file, connections, seconds] = process.argv.slice(2)
const end = Date.now() + Number(seconds) * 1000

async function caller() {
  while (Date.now() < end) {
    try {
      const answer = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json', 'x-stub': 'delay=20ms' },
        body: JSON.stringify({ model: 'gpt-4o-mini', max_tokens: 20, messages: [{ role: 'user', content: 'ping' }] }),
      })
      await answer.arrayBuffer()
      if (answer.status === 200) appendFileSync(file, `${answer.headers.get('x-auditor-call-id')}\n`)
    } catch {
      return // the program was killed, as it should be
    }
  }
}

await Promise.all(Array.from({ length: Number(connections) }, caller))
