// Somebody else's address on this machine: keeps what is sent there, and answers as it is told to.
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export type HeardRequest = {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly atMs: number
}

export type HttpAnswer = {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly afterMs?: number
}

export type HttpListener = {
  readonly url: string
  readonly heard: readonly HeardRequest[]
  /** Requests that wait for their answer. */
  readonly open: () => number
  /** The most that ever waited at once. */
  readonly openMost: () => number
  /** From now on; 'silence' leaves requests without an answer until it is called again. */
  answer(answer: HttpAnswer | 'silence'): void
  close(): Promise<void>
}

export async function openHttpListener(): Promise<HttpListener> {
  const heard: HeardRequest[] = []
  let answer: HttpAnswer | 'silence' = { status: 200 }
  let open = 0
  let most = 0
  const server = createServer((request, response) => {
    most = Math.max(most, ++open)
    response.on('close', () => open--)
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => void parts.push(part))
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request
      const body = Buffer.concat(parts).toString('utf8')
      heard.push({ method, path, headers, body, atMs: performance.now() })
      if (answer === 'silence') return
      const { status, headers: more = {}, body: text = '', afterMs = 0 } = answer
      setTimeout(() => response.writeHead(status, more).end(text), afterMs)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    heard,
    open: () => open,
    openMost: () => most,
    answer(next) {
      answer = next
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
