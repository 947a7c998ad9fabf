// After a crash: every acknowledged call is settled, and within a minute nothing is held any more.
//
//   node after-crash.mjs FILE
import { readFileSync } from 'node:fs'
import { api, assert, check, finish, units, within } from './harness.mjs'

const acknowledged = readFileSync(process.argv[2], 'utf8').split('\n').filter(Boolean)

await check('crash', `${acknowledged.length} acknowledged calls are settled`, async () => {
  assert(acknowledged.length > 0, 'no call was acknowledged: nothing was tested')
  for (const id of acknowledged) {
    // the read side first catches up with what happened before the crash
    await within(30, `${id} settled`, async () => {
      const call = await api(`/calls/${id}`).catch(() => undefined)
      return call?.status === 'settled'
    })
  }
})

await check('crash', 'holds of the dead process end within a minute, and count as unresolved', async () => {
  const { items } = await within(60, 'no hold', async () => {
    const found = await api('/budgets?scope_type=key')
    return found.items.every((balance) => units(balance.held) === 0n) ? found : undefined
  })
  const unresolved = items.reduce((sum, balance) => sum + units(balance.unresolved), 0n)
  const { total } = await api('/spend?group_by=team')
  const spent = items.reduce((sum, balance) => sum + units(balance.spent), 0n)
  console.error(`spent ${total}, unresolved ${unresolved} trillionths`)
  assert(unresolved > 0n, 'nothing is unresolved: no call was open when the program was killed, so nothing was tested')
  assert(spent === units(total), `budgets say ${spent}, the spend page ${total}`)
})

finish()
