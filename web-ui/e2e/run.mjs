// Walks the pages of a running program in a real browser, as a person and as axe would.
//
//   ./auditor dev --port 18080 --data D &    then    eval "$(./auditor status -o env --data D)"; npm run e2e
//
// Screenshots go to the folder that SCREENSHOTS names. Needs Chromium (CHROMIUM, or one of the usual places).
import AxeBuilder from '@axe-core/playwright'
import { existsSync, mkdirSync } from 'node:fs'
import { chromium } from 'playwright-core'

const env = (name) => process.env[name] ?? fail(`${name} is missing: eval "$(./auditor status -o env --data DIR)"`)
const url = env('AUDITOR_URL')
const shots = process.env.SCREENSHOTS
if (shots) mkdirSync(shots, { recursive: true })

function fail(message) {
  console.error(`e2e: ${message}`)
  process.exit(2)
}

const executablePath =
  process.env.CHROMIUM ??
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync) ??
  fail('no Chromium found; install it (Debian: apt-get install chromium) or set CHROMIUM')

const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
})
const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, colorScheme: 'light', permissions: ['clipboard-read', 'clipboard-write'] })
const page = await context.newPage()
page.setDefaultTimeout(15_000)
const complaints = []
page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
page.on('pageerror', (error) => complaints.push(String(error)))

let passed = 0
let failed = 0
async function check(name, test) {
  try {
    await test()
    passed++
    console.log(`ok      ${name}`)
  } catch (error) {
    failed++
    console.log(`FAILED  ${name}\n        ${String(error?.stack ?? error).split('\n').slice(0, 6).join('\n        ')}`)
    if (shots) await page.screenshot({ path: `${shots}/failed-${failed}.png` })
  }
}

function assert(condition, message) {
  if (!condition) throw new Error(message)
}

async function accessible(name) {
  for (const theme of ['light', 'dark']) {
    await page.evaluate((t) => (document.documentElement.dataset.theme = t), theme)
    const { violations } = await new AxeBuilder({ page }).analyze()
    assert(violations.length === 0, `${name}, ${theme}: ${violations.map((v) => `${v.id} (${v.nodes[0]?.target})`).join(', ')}`)
    if (shots) await page.screenshot({ path: `${shots}/${name}-${theme}.png` })
  }
  await page.evaluate(() => (document.documentElement.dataset.theme = 'light'))
}

/** The browser complains of every refusal of the server; those that a check wanted are taken back. */
function wanted(status) {
  const at = complaints.findIndex((text) => text.includes(`status of ${status}`))
  assert(at >= 0, `nothing was refused with ${status}`)
  complaints.splice(at, 1)
}

async function tabTo(name) {
  for (let stops = 0; stops < 60; stops++) {
    await page.keyboard.press('Tab')
    if ((await page.evaluate(() => document.activeElement?.textContent)) === name) return
  }
  throw new Error(`the keyboard does not reach ${name}`)
}

const heading = (name) => page.getByRole('heading', { level: 1, name })

await check('the landing page says what this is', async () => {
  await page.goto(url)
  await heading(/Know what every LLM call costs/).waitFor()
  await accessible('landing')
})

await check('a wrong password is refused, and says so', async () => {
  await page.getByRole('link', { name: 'Sign in' }).click()
  await heading('Sign in').waitFor()
  await page.getByLabel('E-mail address').fill(env('AUDITOR_ADMIN_USER'))
  await page.getByLabel('Password').fill('not the password')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('alert').waitFor()
  await accessible('sign-in')
})

await check('the right password leads to the summary', async () => {
  await page.getByLabel('E-mail address').fill(env('AUDITOR_ADMIN_USER'))
  await page.getByLabel('Password').fill(env('AUDITOR_ADMIN_PASSWORD'))
  await page.getByRole('button', { name: 'Sign in' }).click()
  await heading('Summary').waitFor()
})

let secret = ''
await check('a key is made, and its secret shown once', async () => {
  await page.getByRole('link', { name: 'Keys' }).click()
  await heading('Keys').waitFor()
  await page.getByRole('button', { name: 'New key' }).click()
  await page.getByLabel('Name').fill(`browser ${Date.now()}`)
  await page.getByLabel('Limit').fill('5')
  await page.getByRole('button', { name: 'Make the key' }).click()
  secret = (await page.getByTestId('secret').textContent()) ?? ''
  assert(/^vk_[a-z]+_[0-9a-z]{38}$/.test(secret), `not a key: ${secret}`)
})

await check('the first call turns the page green, with its exact cost', async () => {
  await page.getByRole('link', { name: 'Make the first call with it' }).click()
  await heading('Get started').waitFor()
  assert((await page.locator('pre').first().textContent())?.includes(secret), 'the example does not hold the key')
  await page.getByText('Waiting for a call').waitFor()
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${secret}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-4o-mini', max_tokens: 50, messages: [{ role: 'user', content: 'Say hello' }] }),
  })
  assert(answer.status === 200, `the call answered ${answer.status}`)
  const cost = answer.headers.get('x-auditor-cost')
  await page.getByText(`cost $${cost}`).waitFor({ timeout: 4_000 })
  await accessible('get-started')
})

await check('the summary shows cost by team', async () => {
  await page.getByRole('link', { name: 'Summary' }).click()
  await heading('Summary').waitFor()
  await page.getByRole('heading', { name: 'By team' }).waitFor()
  await page.getByRole('row', { name: /Support|Research/ }).first().waitFor()
  await page.getByLabel('Period').selectOption('60d')
  await page.waitForURL(/period=60d/)
  await page.getByRole('row', { name: /Support|Research/ }).first().waitFor()
  await page.waitForLoadState('networkidle')
  await accessible('summary')
  await page.getByRole('button', { name: 'Show as table' }).click()
  await page.getByRole('region', { name: 'Cost by day and team' }).waitFor()
})

await check('a call opens beside the list, with what was charged', async () => {
  await page.getByRole('link', { name: 'Calls', exact: true }).click()
  await heading('Calls').waitFor()
  await page.getByRole('table', { name: 'Calls' }).waitFor()
  await accessible('calls')
  await page.getByRole('table', { name: 'Calls' }).getByRole('button').first().click()
  await page.getByRole('dialog', { name: 'Call' }).waitFor()
  await page.getByText('What was charged').waitFor()
  await accessible('call')
  await page.keyboard.press('Escape')
})

await check('a suspended key says so, and works again when it is resumed', async () => {
  await page.getByRole('link', { name: 'Keys' }).click()
  const card = page.getByRole('region', { name: /^browser/ }).last()
  await card.getByRole('button', { name: 'Suspend' }).click()
  await card.getByText('suspended').waitFor()
  const refused = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${secret}` },
    body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'x' }] }),
  })
  assert(refused.status === 403, `a suspended key answered ${refused.status}`)
  await card.getByRole('button', { name: 'Resume' }).click()
  await card.getByText('active').waitFor()
  await accessible('keys')
})

const ask = async () => (await fetch(`${url}/v1/chat/completions`, {
  method: 'POST',
  headers: { Authorization: `Bearer ${secret}`, 'Content-Type': 'application/json' },
  body: JSON.stringify({ model: 'gpt-4o-mini', max_tokens: 50, messages: [{ role: 'user', content: 'Say hello' }] }),
})).status
const tryIt = 'What would this have refused last week?'

await check('a policy is tried on the calls of last week, and a sample leads to its call', async () => {
  await page.getByRole('region', { name: /^browser/ }).last().getByRole('link', { name: 'its policy' }).click()
  await heading('Policies').waitFor()
  await page.waitForURL(/scope_type=key&scope_id=/)
  await page.getByText('No policy is set here').waitFor()
  await accessible('policies')
  await page.getByLabel('Allowed models').fill('claude-*')
  await page.getByLabel('Requests per minute').fill('99999999999')
  await page.getByRole('button', { name: tryIt }).click()
  await page.getByText('is not valid', { exact: true }).waitFor()
  wanted(422)
  await page.getByLabel('Requests per minute').fill('')
  await page.getByLabel('Text of calls').selectOption('keep')
  await page.getByRole('button', { name: tryIt }).click()
  const findings = page.getByRole('region', { name: 'What it would have refused' })
  await findings.getByRole('row', { name: /^model not allowed/ }).waitFor()
  await accessible('policies-tried')
  await findings.getByRole('link').first().click()
  await page.getByRole('dialog', { name: 'Call' }).getByText('What was charged').waitFor()
  await page.goBack()
  await heading('Policies').waitFor()
})

await check('a policy is set by keyboard, lifted, and brought back by undo', async () => {
  await page.getByLabel('Allowed models').focus()
  await page.keyboard.type('claude-*')
  await tabTo(tryIt)
  await page.keyboard.press('Enter')
  await page.getByRole('region', { name: 'What it would have refused' }).waitFor()
  await tabTo('Set the policy')
  await page.keyboard.press('Enter')
  await page.getByText('in force with the next request.', { exact: false }).first().waitFor()
  await page.getByRole('button', { name: 'Lift the policy' }).waitFor()
  assert((await ask()) === 403, 'the policy is not in force')
  await accessible('policies-set')
  await page.getByRole('button', { name: 'Lift the policy' }).click()
  await page.getByText('No policy is set here').waitFor()
  assert((await ask()) === 200, 'the policy is not lifted')
  await tabTo('Undo')
  await page.keyboard.press('Enter')
  await page.getByText('Undone.', { exact: false }).waitFor()
  assert((await ask()) === 403, 'the policy did not come back')
  await page.getByRole('button', { name: 'Lift the policy' }).click()
  await page.getByText('No policy is set here').waitFor()
})

await check('the policy of a team is a choice away, with an address of its own', async () => {
  await page.getByRole('link', { name: 'Admin' }).click()
  await heading('Admin').waitFor()
  await page.getByRole('link', { name: 'policies', exact: true }).click()
  await heading('Policies').waitFor()
  await page.getByText('By itself, the organisation', { exact: false }).waitFor()
  const team = await page.locator('optgroup[label=Teams] option').first().textContent()
  await page.getByLabel('Policy of').selectOption({ label: team })
  await page.waitForURL(/scope_type=team&scope_id=team_/)
  await page.reload()
  await page.getByText(`By itself, the team ${team}`).waitFor()
})

await check('a team and a project are made', async () => {
  await page.getByRole('link', { name: 'Admin' }).click()
  await heading('Admin').waitFor()
  const name = `Team ${Date.now()}`
  await page.getByLabel('Name of the team').fill(name)
  await page.getByRole('region', { name: 'Another team' }).getByRole('button', { name: 'Add' }).click()
  await page.getByRole('region', { name }).waitFor()
  await page.getByLabel(`New project in ${name}`).fill('First project')
  await page.getByRole('region', { name }).getByRole('button', { name: 'Add' }).click()
  await page.getByText('First project').first().waitFor()
  await accessible('admin')
})

await check('a price is entered, a slip of units is caught, and the price ends', async () => {
  await page.getByRole('link', { name: 'Prices' }).click()
  await heading('Prices').waitFor()
  await page.getByLabel('Provider').fill('openai')
  const model = `ours-${Date.now()}`
  await page.getByLabel('Model', { exact: true }).fill(model)
  await page.getByLabel('Kind').selectOption('own_model')
  await page.getByLabel('Input').fill('0.0000025')
  await page.getByLabel('Reason').fill('our contract')
  await page.getByRole('button', { name: 'Enter the price' }).click()
  await page.getByLabel('The price is meant so').waitFor()
  wanted(422)
  await accessible('prices')
  await page.getByLabel('Input').fill('2.5')
  await page.getByRole('button', { name: 'Enter the price' }).click()
  await page.getByText(`own model: openai/${model}`).waitFor()
  page.once('dialog', (dialog) => dialog.accept('the contract is over'))
  await page.getByRole('button', { name: `End the price of ${model}` }).click()
  await page.getByText('until').first().waitFor()
})

await check('the keyboard reaches every page', async () => {
  await page.goto(`${url}/summary`)
  await heading('Summary').waitFor()
  await page.locator('body').press('Tab')
  const skip = await page.evaluate(() => document.activeElement?.textContent)
  assert(skip?.startsWith('Skip'), `the first stop is ${skip}`)
  for (const [link, title] of [['Admin', 'Admin'], ['policies', 'Policies'], ['Calls', 'Calls'], ['Keys', 'Keys']]) {
    await page.getByRole('link', { name: link, exact: true }).focus()
    await page.keyboard.press('Enter')
    await heading(title).waitFor()
  }
})

await check('a reload keeps the person signed in', async () => {
  await page.reload()
  await heading('Keys').waitFor()
})

await check('signing out ends the session', async () => {
  await page.getByRole('button', { name: 'Sign out' }).click()
  await heading(/Know what every LLM call costs/).waitFor()
  await page.goto(`${url}/summary`)
  await heading('Sign in').waitFor()
})

await check('the browser had nothing to complain about', async () => {
  const real = complaints.filter((text) => !/401|403|favicon/.test(text))
  assert(real.length === 0, real.join('\n'))
})

await browser.close()
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
