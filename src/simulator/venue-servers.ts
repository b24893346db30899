// The venues' REST and websocket servers on one port of this machine. The first path segment is the
// real host: http://127.0.0.1:4711/api.kucoin.com/api/v2/symbols, ws://127.0.0.1:4711/ws.okx.com:8443/ws/v5/public.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'
import type { VenueId } from '../market/market.ts'
import { createFaultyVenue, type FaultyVenue } from './faulty-venue.ts'
import type { MarketSource } from './market-source.ts'
import type { RestFault, VenueFaults } from './venue-faults.ts'
import type { Session, VenueContext, VenueDialect } from './venue-dialect.ts'
import { dialects } from './venues/dialects.ts'

// A client that does not read is dropped, as venues do, instead of filling our memory.
const bufferedBytesMax = 16 * 1024 * 1024
const bodyCharactersMax = 64 * 1024

export type VenueServerStats = {
  readonly venues: readonly VenueId[]
  readonly sockets: number
  readonly framesSent: number
  readonly requestsAnswered: number
}

export type VenueServers = {
  /** "http://127.0.0.1:4711" */
  readonly url: string
  readonly port: number
  /** Test controls: makes single venues misbehave. */
  readonly faults: VenueFaults
  stats(): VenueServerStats
  close(): Promise<void>
}

type Served = {
  readonly dialect: VenueDialect
  readonly market: FaultyVenue
  readonly sockets: Set<WebSocket>
  restFault: RestFault | undefined
  refusing: boolean
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** "/ws.okx.com:8443/ws/v5/public?x=1" as host, path and query. */
function splitUrl(target: string): { host: string; path: string; query: URLSearchParams } {
  const url = new URL(target, 'http://simulator')
  const [, host = '', ...rest] = url.pathname.split('/')
  return { host: decodeURIComponent(host), path: `/${rest.join('/')}`, query: url.searchParams }
}

/** At most what a client of a venue would send; the rest is not read. */
async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = ''
  request.setEncoding('utf8')
  for await (const chunk of request) if (body.length < bodyCharactersMax) body += String(chunk)
  return body
}

function reply(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const type = body.startsWith('<') ? 'text/html' : 'application/json'
  response.writeHead(status, { 'content-type': type, ...headers })
  response.end(body)
}

/**
 * Serves every venue of `source` that has a dialect and starts the source once the port is open.
 * A free port is taken unless one is given. Closing ends every socket and the source.
 */
export async function startVenueServers(options: {
  source: MarketSource
  port?: number
  host?: string
}): Promise<VenueServers> {
  const { source, port = 0, host = '127.0.0.1' } = options
  const served = new Map<VenueId, Served>()
  const byHost = new Map<string, Served>()
  for (const venue of source.venues) {
    const dialect = dialects.find((one) => one.venue === venue.venue)
    if (dialect === undefined) continue
    const entry: Served = {
      dialect,
      market: createFaultyVenue(venue),
      sockets: new Set(),
      restFault: undefined,
      refusing: false,
    }
    served.set(venue.venue, entry)
    venue.onRestart?.(() => {
      for (const ws of entry.sockets) ws.close(1012, 'Service restart')
    })
    for (const name of dialect.hosts) byHost.set(name, entry)
  }

  let framesSent = 0
  let requestsAnswered = 0
  let authority = ''
  const stats = (): VenueServerStats => ({
    venues: [...served.keys()],
    sockets: [...served.values()].reduce((sum, { sockets }) => sum + sockets.size, 0),
    framesSent,
    requestsAnswered,
  })
  const contextOf = ({ market }: Served): VenueContext => ({
    market,
    now: () => source.now(),
    authority,
  })

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const target = splitUrl(request.url ?? '/')
    requestsAnswered++
    if (target.host === 'simulator' && target.path === '/health')
      return reply(response, 200, JSON.stringify({ status: 'ok', time: source.now(), ...stats() }))
    const entry = byHost.get(target.host)
    if (entry === undefined)
      return reply(response, 404, JSON.stringify({ error: `no venue answers for ${target.host}` }))
    const fault = takeFault(entry, target.path)
    if (fault?.delayMs !== undefined) await pause(fault.delayMs)
    if (fault?.status !== undefined)
      return reply(response, fault.status, fault.body ?? '{}', fault.headers)
    const value = entry.dialect.answer(
      { method: request.method ?? 'GET', ...target, body: await bodyOf(request) },
      contextOf(entry),
    )
    if (value === undefined)
      return reply(response, 404, JSON.stringify({ code: '404', msg: `no route ${target.path}` }))
    reply(response, 200, JSON.stringify(value))
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      reply(response, 500, JSON.stringify({ error: String(error) }))
    })
  })

  const wss = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const target = splitUrl(request.url ?? '/')
    const entry = byHost.get(target.host)
    if (entry === undefined || entry.refusing) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n')
      return
    }
    wss.handleUpgrade(request, socket, head, (ws) => {
      entry.sockets.add(ws)
      const session: Session = entry.dialect.connect(
        {
          path: target.path,
          query: target.query,
          send(frame) {
            if (ws.readyState !== ws.OPEN) return
            if (ws.bufferedAmount > bufferedBytesMax) return ws.terminate()
            framesSent++
            ws.send(frame)
          },
          close: (code, reason) => ws.close(code, reason),
        },
        contextOf(entry),
      )
      // The default binaryType hands every frame over as one Buffer.
      ws.on('message', (data: Buffer) => session.message(data.toString()))
      ws.on('error', () => ws.terminate())
      ws.on('close', () => {
        entry.sockets.delete(ws)
        session.close()
      })
    })
  })

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const bound = (server.address() as AddressInfo).port
  authority = `${host}:${bound}`
  source.start()

  return {
    url: `http://${authority}`,
    port: bound,
    faults: faultsOf(served),
    stats,
    async close() {
      for (const { sockets } of served.values()) for (const ws of sockets) ws.terminate()
      wss.close()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
      await source.close()
    },
  }
}

function takeFault(entry: Served, path: string): RestFault | undefined {
  const fault = entry.restFault
  if (fault === undefined || (fault.path !== undefined && !path.includes(fault.path)))
    return undefined
  if (fault.times !== undefined)
    entry.restFault = fault.times > 1 ? { ...fault, times: fault.times - 1 } : undefined
  return fault
}

function faultsOf(served: ReadonlyMap<VenueId, Served>): VenueFaults {
  const one = (venue: VenueId): Served => {
    const entry = served.get(venue)
    if (entry === undefined) throw new Error(`the venue servers do not serve ${venue}`)
    return entry
  }
  return {
    dropSockets(venue) {
      const { sockets } = one(venue)
      const count = sockets.size
      for (const ws of sockets) ws.terminate()
      return count
    },
    refuseSockets(venue, refusing) {
      one(venue).refusing = refusing
    },
    rest(venue, fault) {
      one(venue).restFault = fault
    },
    stall: (venue, symbol) => one(venue).market.stall(symbol),
    skip: (venue, symbol) => one(venue).market.skip(symbol),
    cross: (venue, symbol) => one(venue).market.cross(symbol),
    heal(venue) {
      const entry = one(venue)
      entry.market.heal()
      entry.restFault = undefined
      entry.refusing = false
    },
  }
}
