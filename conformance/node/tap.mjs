// Stands between the clients and the program: counts attempts, and keeps what was said, byte for byte.
// A client's base URL is {tap}/{client}/{feature}; the rest of the path goes on as it is.
import http from 'node:http'

const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'host', 'proxy-connection', 'te', 'upgrade'])

const withoutHops = headers => Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)))

async function readAll(stream, onChunk = () => {}) {
  const chunks = []
  for await (const chunk of stream) {
    chunks.push(chunk)
    onChunk(chunk)
  }
  return Buffer.concat(chunks)
}

/** One request; `onAnswer` sees the head before the body and `onChunk` each part of it. */
export function send(target, { method, path, headers, body }, { onAnswer = () => {}, onChunk = () => {} } = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request(new URL(path, target), { method, headers: { ...withoutHops(headers), 'content-length': body.length }, agent: false }, async answer => {
      try {
        onAnswer(answer)
        resolve({ status: answer.statusCode, headers: answer.headers, body: await readAll(answer, onChunk) })
      } catch (error) {
        reject(error)
      }
    })
    request.on('error', reject)
    request.end(body)
  })
}

/** `onExchange({client, feature, request, answer})` is called as soon as an answer has ended. */
export function startTap(target, onExchange) {
  const server = http.createServer(async (incoming, outgoing) => {
    const [, client, feature, ...rest] = incoming.url.split('/')
    const request = {
      method: incoming.method,
      path: '/' + rest.join('/'),
      headers: incoming.headers,
      body: await readAll(incoming),
    }
    try {
      const answer = await send(target, request, {
        onAnswer: head => outgoing.writeHead(head.statusCode, withoutHops(head.headers)),
        onChunk: chunk => outgoing.write(chunk),
      })
      onExchange({ client, feature, request, answer, endedAt: Date.now() })
      outgoing.end()
    } catch (error) {
      onExchange({ client, feature, request, answer: { status: 0, headers: {}, body: Buffer.alloc(0) }, error, endedAt: Date.now() })
      outgoing.destroy()
    }
  })
  return new Promise(resolve =>
    server.listen(0, '127.0.0.1', () => resolve({ url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() })),
  )
}
