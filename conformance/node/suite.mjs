// Runs every client program against the running program, then checks what the wire, the provider and the ledger say of it.
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { api, env, newKey, url } from './harness.mjs'
import { JOURNEYS } from './journeys.mjs'
import { MEDIA } from './media.mjs'
import { decimal, over, plain, sum, times } from './money.mjs'
import { expectedCost, sameAmount } from './oracle.mjs'
import { send, startTap } from './tap.mjs'
import { table } from './table.mjs'

const here = path.dirname(fileURLToPath(import.meta.url))
const stub = env('CONFORMANCE_STUB')
const programs = JSON.parse(env('CONFORMANCE_PROGRAMS'))
const READ_MODELS_FOLLOW_WITHIN = Number(process.env.CONFORMANCE_FOLLOW_MS ?? 2000)

// a team of its own, so that nothing else counts in its figures
const name = `conformance ${new Date().toISOString()}`
const team = (await post('/teams', { name })).id
const project = (await post('/projects', { name, team_id: team })).id
const good = await newKey('good', [], project)
const revoked = await newKey('revoked', [], project)
const empty = await newKey('empty', [{ limit: '0.000000001', window: 'total', kind: 'hard' }], project)
await post(`/keys/${revoked.id}/revoke`)
const wrong = good.secret.slice(0, -8) + 'AAAAAAAA'

const exchanges = []
const tap = await startTap(url, exchange => {
  exchange.recorded = recorded(exchange)
  exchanges.push(exchange)
})

const reports = []
for (const program of programs) reports.push(...(await run(program)))

const results = []
for (const report of reports) results.push(await check(report))
results.push(await checkSpend())
tap.close()

const clients = [...new Set(programs.map(program => program.client))]
const versions = Object.fromEntries(programs.map(({ client, version }) => [client, version]))
console.log(table(results, clients, versions))
for (const { client, feature, problems } of results.filter(result => result.problems.length > 0)) {
  console.log(`FAILED ${client} ${feature}: ${problems.join('; ')}`)
}
const slowest = Math.max(0, ...exchanges.map(exchange => exchange.followedIn ?? 0))
console.log(`read models followed within ${slowest} ms at most`)
if (process.argv.includes('--write')) {
  fs.writeFileSync(path.join(here, '../../docs/conformance.md'), document())
}
const failed = results.filter(result => result.problems.length > 0).length
console.log(`clients: ${results.length - failed} passed, ${failed} failed`)
process.exit(failed > 0 ? 1 : 0)

function post(path, body = {}) {
  return api(path, { method: 'POST', body: JSON.stringify(body) })
}

/** Asks again until there is an answer, at most so long; tells how long it took. */
async function soon(milliseconds, read) {
  const started = Date.now()
  for (;;) {
    const value = await read()
    const took = Date.now() - started
    if (value !== undefined || took > milliseconds) return { value, took }
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

function run({ client, command, cwd }) {
  return new Promise(resolve => {
    const child = spawn(command[0], command.slice(1), {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...withoutProviders(process.env),
        CONFORMANCE_BASE: tap.url,
        CONFORMANCE_KEY: good.secret,
        CONFORMANCE_REVOKED_KEY: revoked.secret,
        CONFORMANCE_WRONG_KEY: wrong,
        CONFORMANCE_EMPTY_KEY: empty.secret,
      },
    })
    let out = ''
    let err = ''
    child.stdout.on('data', data => (out += data))
    child.stderr.on('data', data => (err += data))
    child.on('close', code => {
      const lines = out.split('\n').filter(line => line.startsWith('{')).map(line => JSON.parse(line))
      if (code !== 0 || lines.length === 0) {
        lines.push({ client, feature: 'program', ok: false, detail: `ended with ${code}: ${err.slice(-2000)}` })
      }
      resolve(lines)
    })
  })
}

/** The clients must see nothing but base URL and key. */
function withoutProviders(environment) {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(OPENAI|ANTHROPIC|GEMINI|GOOGLE|AZURE|AWS)_/.test(name)))
}

/** Asks for the call as soon as its answer has ended, since the read models have to follow soon. */
async function recorded(exchange) {
  const id = exchange.answer.headers['x-auditor-call-id']
  if (!id || exchange.answer.status !== 200 || exchange.feature === 'models') return undefined
  const { value, took } = await soon(10_000, async () => {
    const call = await api(`/calls/${id}`).catch(() => undefined)
    return call === undefined || call.status === 'open' ? undefined : call
  })
  exchange.followedIn = took
  return value
}

async function check(report) {
  const problems = report.ok ? [] : [report.detail]
  // Claude Code looks first whether anybody is there
  const seen = exchanges.filter(({ client, feature, request }) =>
    client === report.client && feature === report.feature && request.method !== 'HEAD')
  if (report.feature === 'program') return { ...report, problems }
  if (JOURNEYS[report.feature]) return { ...report, attempts: 1, problems: [...problems, ...(await checkJourney(report, seen))] }
  const attempts = knownAttempts(report)
  if (seen.length !== attempts) problems.push(`${seen.length} attempts instead of ${attempts}`)
  for (const exchange of seen.slice(0, 1)) {
    if (exchange.error) problems.push(`the connection broke: ${exchange.error.message}`)
    const { headers } = exchange.answer
    if (!headers['x-request-id'] || !headers['request-id']) problems.push('no request id')
    if (report.feature !== 'models' && !headers['x-auditor-call-id']) problems.push('no x-auditor-call-id')
    problems.push(...(isRefusal(report.feature) ? checkRefusal(report, exchange) : await checkCall(report, exchange)))
  }
  return { ...report, attempts, problems }
}

/**
 * Vercel's SDK tries every 429 three times and reads no x-should-retry, Codex every 401 six times; each of their attempts is
 * refused and costs nothing.
 */
function knownAttempts({ client, feature }) {
  if (client === 'codex' && feature === 'wrong-key') return 6
  return client === 'ai-sdk' && feature.startsWith('budget-stop') ? 3 : 1
}

function isRefusal(feature) {
  return /^(wrong-key|revoked-key|budget-stop|unknown-model)/.test(feature)
}

/** Amazon's SDKs repeat every 429, so there an empty budget is a 400; a key that is none is a 403. */
function checkRefusal({ feature }, { request, answer }) {
  const amazon = isAmazons(request.path)
  const key = amazon ? 403 : 401
  const budget = amazon ? 400 : 429
  const status = { 'wrong-key': key, 'revoked-key': key, 'unknown-model': 404 }[feature] ?? budget
  const problems = answer.status === status ? [] : [`status ${answer.status} instead of ${status}`]
  if (status === budget && answer.headers['x-should-retry'] !== 'false') problems.push('no x-should-retry: false')
  return problems
}

async function checkCall({ feature }, exchange) {
  const { request, answer } = exchange
  if (answer.status !== 200) return [`status ${answer.status}: ${answer.body.toString().slice(0, 300)}`]
  if (feature === 'models') return []
  const problems = []
  if (answer.headers['x-auditor-upstream'] === 'stub') {
    const direct = await send(stub, { ...request, path: pathAtProvider(request.path) })
    if (!direct.body.equals(answer.body)) problems.push(`other bytes than directly: ${firstDifference(direct.body, answer.body)}`)
    if (mediaType(direct) !== mediaType(answer)) {
      problems.push(`content type ${answer.headers['content-type']} instead of ${direct.headers['content-type']}`)
    }
  }
  const call = await exchange.recorded
  if (!call) return [...problems, 'the call is not in the log']
  if (exchange.followedIn > READ_MODELS_FOLLOW_WITHIN) problems.push(`in the log only after ${exchange.followedIn} ms`)
  if (call.team_id !== team || call.key_id !== good.id) problems.push('charged to somebody else')
  if (feature === 'count-tokens') return Number(call.cost) === 0 ? problems : [...problems, `counting cost ${call.cost}`]
  if (MEDIA[feature]) {
    const cost = MEDIA[feature](request.body, answer.body)
    if (call.status !== 'settled' || call.usage?.status !== 'exact') problems.push(`status ${call.status}, usage ${call.usage?.status}`)
    if (call.cost === null || !sameAmount(call.cost, cost)) problems.push(`cost ${call.cost} instead of ${cost}`)
    return problems
  }
  const said = await saidAtOnce(request)
  const known = said.usage === undefined ? 'estimated' : 'exact'
  if (call.status !== 'settled' || call.usage?.status !== known) {
    problems.push(`status ${call.status}, usage ${call.usage?.status}`)
  }
  return [...problems, ...checkCost(call, said)]
}

/** Each answer of a model has one charge, and asking for it again has none. */
async function checkJourney({ feature }, seen) {
  const problems = seen.filter(({ answer }) => answer.status !== 200)
    .map(({ request, answer }) => `${request.method} ${request.path}: ${answer.status} ${answer.body.toString().slice(0, 300)}`)
  if (problems.length > 0 || seen.length === 0) return [...problems, `${seen.length} requests`]
  const key = { authorization: `Bearer ${good.secret}`, 'x-api-key': good.secret }
  const get = async path => (await send(url, { method: 'GET', path, headers: key, body: Buffer.alloc(0) })).body.toString()
  const expected = await JOURNEYS[feature](seen, { get, saidAtOnce })
  const calls = (await Promise.all(seen.map(exchange => exchange.recorded))).filter(call => call !== undefined)
  const costs = calls.map(call => call.cost).filter(cost => cost !== null)
  if (costs.length !== calls.length) problems.push(`${calls.length - costs.length} calls without a cost`)
  const charged = costs.filter(cost => Number(cost) > 0)
  if (charged.length !== expected.charges) problems.push(`${charged.length} charges instead of ${expected.charges}: ${charged}`)
  const cost = plain(sum(costs.map(decimal)))
  if (expected.cost > 0 !== expected.charges > 0 || !sameAmount(cost, expected.cost)) problems.push(`cost ${cost} instead of ${expected.cost}`)
  return problems
}

function mediaType({ headers }) {
  return headers['content-type']?.toLowerCase().replaceAll(' ', '')
}

/** Where a provider has a path of its own, the name in front of it is ours. */
function pathAtProvider(path) {
  return path.replace(/^\/(gemini|azure|bedrock)(?=\/)/, '')
}

function isAmazons(path) {
  return path.startsWith('/bedrock/')
}

/** What the provider says when it is asked directly, and not for a stream: the model, and the usage if it tells it. */
async function saidAtOnce({ path, ...request }) {
  const google = path.startsWith('/gemini/')
  const whole = google
    ? await send(stub, { ...request, path: pathAtProvider(path).replace(/:stream.*/, ':generateContent') })
    : await send(stub, { ...request, path: pathAtProvider(path).replace(/(-with-response)?-stream$/, ''), body: Buffer.from(JSON.stringify({ ...JSON.parse(request.body), stream: false })) })
  const said = JSON.parse(whole.body)
  if (google && whole.status === 200) return { model: said.modelVersion, usage: said.usageMetadata }
  if (isAmazons(path) && said.usage !== undefined) return { usage: said.usage }
  if (said.usage === undefined) throw new Error(`asked directly, the provider says ${whole.status} ${whole.body}`)
  return said
}

/** Against the price of somebody else's code, and line by line without rounding. */
function checkCost(call, said) {
  const expected = said.usage === undefined
    ? expectedCost(call.provider, call.model_requested, { prompt_tokens: call.usage.tokens.input })
    : expectedCost(call.provider, said.model ?? call.model_requested, said.usage)
  const problems = []
  if (said.model !== undefined && call.model_served !== said.model) problems.push(`model ${call.model_served} instead of ${said.model}`)
  if (expected === undefined || call.cost === null || !sameAmount(call.cost, expected)) {
    problems.push(`cost ${call.cost} instead of ${expected}`)
  }
  const lines = sum(call.lines.map(line => over(times(decimal(line.quantity), decimal(line.unit_price)), decimal(line.per))))
  if (call.cost !== null && lines !== decimal(call.cost)) problems.push(`the lines add up to ${plain(lines)}, the cost is ${call.cost}`)
  return problems
}

async function checkSpend() {
  const costs = await Promise.all(exchanges.map(async exchange => (await exchange.recorded)?.cost))
  const expected = sum(costs.filter(cost => cost !== undefined && cost !== null).map(decimal))
  let shown
  const { took } = await soon(READ_MODELS_FOLLOW_WITHIN, async () => {
    const spend = await api('/spend?group_by=team')
    shown = spend.groups.find(group => group.id === team)?.cost
    return shown !== undefined && decimal(shown) === expected ? shown : undefined
  })
  const problems = shown !== undefined && decimal(shown) === expected && expected > 0n ? [] : [`spend by team is ${shown} after ${took} ms, the calls cost ${plain(expected)}`]
  return { client: 'all', feature: 'spend-by-team', ok: true, detail: plain(expected), problems }
}

function firstDifference(a, b) {
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  const around = buffer => JSON.stringify(buffer.subarray(Math.max(0, at - 40), at + 80).toString())
  return `at ${at} of ${a.length}/${b.length}, direct ${around(a)}, here ${around(b)}`
}

function document() {
  return `# Conformance

Clients as their makers publish them, with nothing changed but base URL and key. Made by \`conformance/run --write\`, which
starts from a running \`./auditor dev\`; what each cell means is in [conformance/README.md](../conformance/README.md).

${table(results, clients, versions)}

An empty cell: the client has no such feature, or the suite does not ask it. "3 attempts" and "6 attempts": the client repeats
every 429 or 401 and does not read \`x-should-retry\`; each attempt was refused, cost nothing, and the last one's message reached
the caller. The columns of the command lines are there if \`conformance/run --write --command-lines\` was asked for them.
`
}
