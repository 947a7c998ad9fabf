// What every client's checks share: the program's address, its API, and a line per check.
export const env = (name) => {
  const value = process.env[name]
  if (!value) {
    console.error(`conformance: ${name} is missing: eval "$(./auditor status -o env --data DIR)"`)
    process.exit(2)
  }
  return value
}

export const url = env('AUDITOR_URL')
export const key = env('AUDITOR_VIRTUAL_KEY')

let failed = 0

/** One line: client, feature, result. */
export async function check(client, feature, test) {
  try {
    await test()
    console.log(`${client} | ${feature} | ok`)
  } catch (error) {
    failed++
    console.log(`${client} | ${feature} | FAILED | ${String(error?.stack ?? error).split('\n').slice(0, 3).join(' ')}`)
  }
}

export const finish = () => process.exit(failed ? 1 : 0)

export function assert(condition, message) {
  if (!condition) throw new Error(message)
}

export async function api(path, options = {}) {
  const answer = await fetch(`${url}/api/v1${path}`, {
    ...options,
    headers: { Authorization: `Bearer ${env('AUDITOR_API_TOKEN')}`, 'Content-Type': 'application/json' },
  })
  const body = answer.status === 204 ? undefined : await answer.json()
  assert(answer.ok, `${path} answered ${answer.status}: ${JSON.stringify(body)}`)
  return body
}

export const newKey = (name, budgets = [], project = env('AUDITOR_PROJECT_ID')) =>
  api('/keys', { method: 'POST', body: JSON.stringify({ name, project_id: project, budgets }) })

/** Waits until the read side shows it; two seconds are promised. */
export async function within(seconds, what, look) {
  const end = Date.now() + seconds * 1000
  for (;;) {
    const found = await look()
    if (found) return found
    assert(Date.now() < end, `after ${seconds} s still not: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** Trillionths, exact. */
export const units = (amount) => {
  const [whole, fraction = ''] = amount.split('.')
  return BigInt(whole + fraction.padEnd(12, '0'))
}

/** The calls of a key, once as many as expected have ended. */
export const endedCalls = (keyId, expected) =>
  within(2, `${expected} ended calls of ${keyId}`, async () => {
    const { items } = await api(`/calls?key_id=${keyId}&limit=1000`)
    return items.length >= expected && items.every((call) => call.status !== 'open') ? items : undefined
  })
