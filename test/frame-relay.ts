// Stands between a client and a websocket server, and may change what the server says.
import type { AddressInfo } from 'node:net'
import { WebSocket, WebSocketServer, type RawData } from 'ws'

const textOf = (data: RawData): string =>
  Buffer.isBuffer(data) ? data.toString() : Buffer.concat([data].flat() as Buffer[]).toString()

/** What is sent on in the place of one frame: nothing, itself, itself twice, or an older one after it. */
export type Mangle = (frame: string) => readonly string[]

export type FrameRelay = {
  /** "ws://127.0.0.1:<port>"; paths are passed on. */
  readonly url: string
  /** Of all connections from now on; undefined: everything passes as it is. */
  mangle(how: Mangle | undefined): void
  close(): Promise<void>
}

export async function openFrameRelay(upstream: string): Promise<FrameRelay> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await new Promise((resolve) => server.once('listening', resolve))
  let how: Mangle | undefined
  const upstreams = new Set<WebSocket>()
  server.on('connection', (client, request) => {
    const venue = new WebSocket(`${upstream}${request.url ?? '/'}`)
    upstreams.add(venue)
    const early: { data: RawData; isBinary: boolean }[] = []
    const toVenue = (data: RawData, isBinary: boolean) => venue.send(data, { binary: isBinary })
    client.on('message', (data, isBinary) => {
      if (venue.readyState === WebSocket.OPEN) toVenue(data, isBinary)
      else early.push({ data, isBinary })
    })
    venue.on('open', () => {
      for (const { data, isBinary } of early) toVenue(data, isBinary)
    })
    venue.on('message', (data, isBinary) => {
      if (isBinary || how === undefined) return client.send(data, { binary: isBinary })
      for (const frame of how(textOf(data))) client.send(frame)
    })
    const end = () => {
      client.terminate()
      venue.terminate()
      upstreams.delete(venue)
    }
    for (const socket of [client, venue]) {
      socket.on('close', end)
      socket.on('error', end)
    }
  })
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mangle(next) {
      how = next
    },
    async close() {
      for (const venue of upstreams) venue.terminate()
      for (const client of server.clients) client.terminate()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
