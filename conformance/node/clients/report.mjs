// How a client program tells the suite what it saw: one line of JSON per feature.
const { CONFORMANCE_BASE: base, CONFORMANCE_ONLY: only } = process.env
export const keys = {
  good: process.env.CONFORMANCE_KEY,
  wrong: process.env.CONFORMANCE_WRONG_KEY,
  revoked: process.env.CONFORMANCE_REVOKED_KEY,
  empty: process.env.CONFORMANCE_EMPTY_KEY,
}

export class Client {
  constructor(name) {
    this.name = name
  }

  /** `work(url)` gives whatever speaks for success, or throws. */
  async feature(name, work) {
    if (only && only !== name) return
    let line
    try {
      line = { ok: true, detail: String(await work(`${base}/${this.name}/${name}`)) }
      if (line.detail === '' || line.detail === 'undefined') line = { ok: false, detail: 'the client gave nothing back' }
    } catch (error) {
      line = { ok: false, detail: `${error?.constructor?.name}: ${error?.message}` }
    }
    console.log(JSON.stringify({ client: this.name, feature: name, ...line }))
  }

  /** The refusal has to arrive as the client's own exception, with a message that a person understands. */
  refusal(name, isOwn, says, work) {
    return this.feature(name, async url => {
      let value
      try {
        value = await work(url)
      } catch (error) {
        if (!isOwn(error)) throw error
        if (!says.test(error.message)) throw new Error(`the message does not match ${says}: ${error.message}`)
        return `${error.constructor.name}: ${error.message}`
      }
      throw new Error(`no refusal but ${value}`)
    })
  }
}

export const says = {
  key: /key/i,
  budget: /budget is exhausted.*available/is,
  model: /model/i,
}

export function must(condition, message) {
  if (!condition) throw new Error(message)
}
