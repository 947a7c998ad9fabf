// Agents of the command line, as a user starts them: base URL and key, and one question. They call tools and ask again.
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Client, keys, must, says } from './report.mjs'

const bin = path.join(process.env.CONFORMANCE_COMMAND_LINES, '.bin')
const ASK = 'Say hello to the auditor.'

class Refused extends Error {}

/** What it prints; a home of its own, so that nobody's settings are read and none are written. */
function run(command, args, environment) {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'conformance-'))
  environment.prepare?.(home)
  return new Promise((resolve, reject) => {
    const child = spawn(path.join(bin, command), args, {
      cwd: home,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 120_000,
      env: { PATH: process.env.PATH, HOME: home, TMPDIR: home, ...environment.variables },
    })
    let out = ''
    let err = ''
    child.stdout.on('data', data => (out += data))
    child.stderr.on('data', data => (err += data))
    child.on('error', reject)
    child.on('close', code => {
      fs.rmSync(home, { recursive: true, force: true })
      if (code === 0) resolve(out.trim())
      else reject(new Refused(`ended with ${code}: ${(out + err).slice(-2000)}`))
    })
  })
}

const claude = (url, key, model = 'claude-haiku-4-5') =>
  run('claude', ['-p', ASK, '--model', model], {
    variables: { ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: key, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1' },
  })

const codex = (url, key, model = 'gpt-5-mini') =>
  run('codex', ['exec', '--skip-git-repo-check', ASK], {
    prepare: home => {
      fs.mkdirSync(path.join(home, '.codex'))
      fs.writeFileSync(
        path.join(home, '.codex', 'config.toml'),
        `model = "${model}"
model_provider = "auditor"
[model_providers.auditor]
name = "auditor"
base_url = "${url}/v1"
env_key = "AUDITOR_VIRTUAL_KEY"
wire_api = "responses"
`,
      )
    },
    variables: { AUDITOR_VIRTUAL_KEY: key },
  })

const name = process.argv[2]
const ask = { 'claude-code': claude, codex }[name]
const it = new Client(name)

await it.feature('agent', async url => {
  const text = await ask(url, keys.good)
  must(text.length > 0, 'it printed nothing')
  return text
})
// Claude Code asks about a wrong key for minutes, whatever it is told
if (name === 'codex') await it.refusal('wrong-key', e => e instanceof Refused, says.key, url => ask(url, keys.wrong))
// Codex knows this refusal, and says it in its own words
await it.refusal('budget-stop', e => e instanceof Refused, name === 'codex' ? /quota exceeded/i : says.budget, url => ask(url, keys.empty))
