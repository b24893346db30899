// The venues' REST and websocket servers on one port of this machine. The first path segment is the
// real host: http://127.0.0.1:4711/api.kucoin.com/api/v2/symbols, ws://127.0.0.1:4711/ws.okx.com:8443/ws/v5/public.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'
import type { VenueId } from '../market/market.ts'
import { openDesks, type AccountsOptions } from './accounts/open-desks.ts'
import { answerPrivately } from './accounts/private-calls.ts'
import { answerControl, type Control } from './control-route.ts'
import { callOf, isLoopback, reply, targetOf, type Target } from './http-call.ts'
import type { MarketSource } from './market-source.ts'
import { faultsOf, serveVenue, takeRestFault, type ServedVenue } from './served-venue.ts'
import type { VenueContext } from './venue-dialect.ts'
import type { VenueFaults } from './venue-faults.ts'
import { dialects } from './venues/dialects.ts'

// A client that does not read is dropped, as venues do, instead of filling our memory.
const bufferedBytesMax = 16 * 1024 * 1024

type VenueServerStats = {
  readonly venues: readonly VenueId[]
  /** Those that have a private side. */
  readonly traded: readonly VenueId[]
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

type Front = {
  readonly source: MarketSource
  readonly recorded: boolean
  readonly byHost: ReadonlyMap<string, ServedVenue>
  readonly control: Control
  readonly stats: () => VenueServerStats
  /** Known once the port is. */
  authority: string
  framesSent: number
  requestsAnswered: number
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

const contextOf = ({ authority }: Front, { market, now, desk }: ServedVenue): VenueContext => ({
  market,
  now,
  authority,
  desk: desk?.desk,
})

/** Named as the client named it: from another container our own address would lead nowhere. */
function authorityOf(front: Front, { headers }: IncomingMessage): string {
  return /^[\w.-]+(:\d+)?$/.test(headers.host ?? '') ? (headers.host as string) : front.authority
}

async function answer(front: Front, request: IncomingMessage, response: ServerResponse) {
  const target = targetOf(request)
  front.requestsAnswered++
  if (target?.host === 'simulator' && target.path === '/health') {
    const { source, recorded } = front
    const health = { status: 'ok', time: source.now(), recorded, ...front.stats() }
    return reply(response, 200, JSON.stringify(health))
  }
  // Whoever may spoil a venue sits on this machine.
  if (target?.host === 'simulator' && isLoopback(request)) {
    const said = answerControl(front.control, await callOf(request, target))
    if (said !== undefined) return reply(response, said.status, JSON.stringify(said.value))
  }
  const venue = target && front.byHost.get(target.host)
  if (target === undefined || venue === undefined)
    return reply(response, 404, JSON.stringify({ error: 'no venue answers at this address' }))
  const fault = takeRestFault(venue, target.path)
  if (fault?.delayMs !== undefined) await pause(fault.delayMs)
  if (fault?.status !== undefined)
    return reply(response, fault.status, fault.body ?? '{}', fault.headers)
  const call = await callOf(request, target)
  const context = { ...contextOf(front, venue), authority: authorityOf(front, request) }
  const said = venue.desk && answerPrivately(venue.desk, call, context)
  if (said?.kind === 'cut') return void response.socket?.destroy()
  if (said !== undefined) return reply(response, said.status, said.body, said.headers)
  const value = venue.dialect.answer(call, context)
  if (value === undefined)
    return reply(response, 404, JSON.stringify({ code: '404', msg: `no route ${target.path}` }))
  reply(response, 200, JSON.stringify(value))
}

function connect(front: Front, venue: ServedVenue, target: Target, ws: WebSocket): void {
  const session = venue.dialect.connect(
    {
      path: target.path,
      query: target.query,
      send(frame) {
        if (ws.readyState !== ws.OPEN) return
        if (ws.bufferedAmount > bufferedBytesMax) return ws.terminate()
        front.framesSent++
        ws.send(frame)
      },
      close: (code, reason) => ws.close(code, reason),
    },
    contextOf(front, venue),
  )
  venue.sockets.set(ws, session)
  // The default binaryType hands every frame over as one Buffer.
  ws.on('message', (data: Buffer) => session.message(data.toString()))
  ws.on('error', () => ws.terminate())
  ws.on('close', () => {
    venue.sockets.delete(ws)
    session.close()
  })
}

/**
 * Serves every venue of `source` that has a dialect and starts the source once the port is open.
 * A free port is taken unless one is given; a port in use rejects. Closing ends every socket and the
 * source.
 */
export async function startVenueServers(options: {
  source: MarketSource
  port?: number
  host?: string
  /** Told to whoever asks after our health: recorded venues have nothing to say to a key. */
  recorded?: boolean
  /** Who trades there; left out, one known key. Recorded venues have no private side. */
  accounts?: AccountsOptions
}): Promise<VenueServers> {
  const { source, port = 0, host = '127.0.0.1', recorded = false, accounts = {} } = options
  const served = new Map<VenueId, ServedVenue>()
  const byHost = new Map<string, ServedVenue>()
  for (const venue of source.venues) {
    const dialect = dialects.find((one) => one.venue === venue.venue)
    if (dialect === undefined) continue
    const entry = serveVenue(venue, dialect, () => source.now())
    served.set(venue.venue, entry)
    for (const name of dialect.hosts) byHost.set(name, entry)
  }
  if (!recorded) {
    const ends = Array.from(served.values(), ({ market, dialect, now }) => ({
      venue: market,
      dialect,
      now,
    }))
    for (const [venue, desk] of openDesks(ends, accounts, () => source.now()))
      (served.get(venue) as ServedVenue).desk = desk
  }
  const faults = faultsOf(served)
  const stats = (): VenueServerStats => ({
    venues: [...served.keys()],
    traded: [...served].flatMap(([venue, { desk }]) => (desk === undefined ? [] : [venue])),
    sockets: [...served.values()].reduce((sum, { sockets }) => sum + sockets.size, 0),
    framesSent: front.framesSent,
    requestsAnswered: front.requestsAnswered,
  })
  const front: Front = {
    source,
    recorded,
    byHost,
    control: { served, faults },
    stats,
    authority: '',
    framesSent: 0,
    requestsAnswered: 0,
  }

  const server = createServer((request, response) => {
    answer(front, request, response).catch((error: unknown) => {
      reply(response, 500, JSON.stringify({ error: String(error) }))
    })
  })
  const upgrader = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const target = targetOf(request)
    const venue = target && byHost.get(target.host)
    socket.on('error', () => socket.destroy())
    if (target === undefined || venue === undefined || venue.refusing)
      return void socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n')
    upgrader.handleUpgrade(request, socket, head, (ws) => connect(front, venue, target, ws))
  })

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const { port: bound } = server.address() as AddressInfo
  front.authority = `${host}:${bound}`
  source.start()

  return {
    url: `http://${front.authority}`,
    port: bound,
    faults,
    stats,
    async close() {
      for (const { sockets, desk } of served.values()) {
        for (const ws of sockets.keys()) ws.terminate()
        desk?.desk.close()
        desk?.transfers.close()
      }
      upgrader.close()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
      await source.close()
    },
  }
}
