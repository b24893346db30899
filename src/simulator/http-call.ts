// A request to the venue servers as its dialect reads it: the first path segment is the real host.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RestCall } from './venue-dialect.ts'

const bodyCharactersMax = 64 * 1024

export type Target = {
  readonly host: string
  readonly path: string
  readonly query: URLSearchParams
  /** Path and query as they came. */
  readonly target: string
}

/** "/ws.okx.com:8443/ws/v5/public?x=1" as host, path and query; undefined where it is no address. */
export function targetOf(request: IncomingMessage): Target | undefined {
  const url = URL.parse(`http://simulator${request.url ?? ''}`)
  if (url === null) return undefined
  const [, host = '', ...rest] = url.pathname.split('/')
  const target = (request.url ?? '').slice(host.length + 1)
  const path = `/${rest.join('/')}`
  return { host: host.replace('%3A', ':'), path, query: url.searchParams, target }
}

/** At most what a client of a venue would send; the rest is not read. */
async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = ''
  request.setEncoding('utf8')
  for await (const chunk of request) if (body.length < bodyCharactersMax) body += String(chunk)
  return body
}

export async function callOf(request: IncomingMessage, target: Target): Promise<RestCall> {
  const { method = 'GET', headers } = request
  const header = (name: string) => {
    const value = headers[name]
    return typeof value === 'string' ? value : ''
  }
  return { method, ...target, body: await bodyOf(request), header }
}

export const isLoopback = ({ socket }: IncomingMessage): boolean =>
  /^(::1|(::ffff:)?127\.)/.test(socket.remoteAddress ?? '')

export function reply(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const type = body.startsWith('<') ? 'text/html' : 'application/json'
  response.writeHead(status, { 'content-type': type, ...headers })
  response.end(body)
}
