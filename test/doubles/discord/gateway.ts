// The gateway's sockets, and all the ways in which they go wrong when a test says so.
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { GatewayOpcodes } from 'discord-api-types/v10'
import { WebSocketServer, type WebSocket } from 'ws'
import {
  blame,
  expectHeartbeat,
  handleFrame,
  startsLeft,
  type Connection,
  type GatewayOptions,
  type GatewayState,
} from './gateway-protocol.ts'
import { deliver, sendFrame } from './gateway-session.ts'
import type { Dispatch } from './platform.ts'

/** A bot that leaves with one of these does not come back to its session. */
const finalCodes: readonly number[] = [1000, 1001]

export type GatewayControls = {
  /** Cuts every socket as a broken network does; with a code, it is closed with that. */
  readonly drop: (code?: number) => void
  /** op 7: asks the bot to come back and resume. */
  readonly reconnect: () => void
  /** op 9: the session is invalid; a resumable one may be taken up again all the same. */
  readonly invalidate: (options: { readonly resumable: boolean }) => void
  /** Heartbeats on the present sockets are acknowledged no more. */
  readonly muteAcks: () => void
  /** The next `times` sockets are closed with this code before HELLO. */
  readonly closeNext: (code: number, times?: number) => void
  /** The present sockets are cut and no new one is taken until `up`. */
  readonly down: () => void
  readonly up: () => void
  /** Sends any dispatch to every session as it is, well-formed or not. */
  readonly sendRaw: (t: string, d: object) => void
  /** Changes the next READY, e.g. to one that discord.js cannot digest. */
  readonly alterReady: (change: (ready: object) => object) => void
  /** Times in ms since 1970. Each IDENTIFY uses up one of the bot's starts of that day. */
  readonly identifies: readonly number[]
  readonly resumes: readonly number[]
  readonly heartbeats: number
  /** Sockets with a session. */
  readonly connected: number
}

export type Gateway = {
  readonly controls: GatewayControls
  readonly startsLeft: () => number
  readonly dispatch: (dispatch: Dispatch) => void
  readonly upgrade: (request: IncomingMessage, socket: Socket, head: Buffer) => void
  readonly closeAll: (code: number) => void
  readonly stop: () => void
}

type Door = { isOpen: boolean; closeCode: number; closesLeft: number }

function accept(state: GatewayState, door: Door, url: URL, socket: WebSocket): void {
  const { options, connections, sessions } = state
  if (door.closesLeft > 0) {
    door.closesLeft--
    return socket.close(door.closeCode)
  }
  for (const [name, value] of [
    ['v', '10'],
    ['encoding', 'json'],
    ['compress', null],
  ] as const)
    if (url.searchParams.get(name) !== value)
      blame(state, `${name}=${url.searchParams.get(name)} on the gateway's address`)
  const connection: Connection = {
    socket,
    session: undefined,
    acks: true,
    framesAt: [],
    deadline: undefined,
  }
  connections.add(connection)
  // The default binaryType hands every frame over as one Buffer.
  socket.on('message', (data: Buffer) => handleFrame(state, connection, data.toString()))
  socket.on('error', () => socket.terminate())
  socket.on('close', (code) => {
    clearTimeout(connection.deadline)
    connections.delete(connection)
    const { session } = connection
    if (session?.socket === socket) {
      session.socket = undefined
      session.goneAt = options.world.now()
      if (finalCodes.includes(code)) sessions.delete(session.id)
    }
    options.changed()
  })
  expectHeartbeat(state, connection)
  sendFrame(socket, {
    op: GatewayOpcodes.Hello,
    d: { heartbeat_interval: options.heartbeatIntervalMs },
  })
}

function controlsOf(state: GatewayState, door: Door): GatewayControls {
  const sockets = () => [...state.connections].map(({ socket }) => socket)
  const drop = (code?: number) => {
    for (const socket of sockets())
      if (code === undefined) socket.terminate()
      else socket.close(code)
  }
  return {
    drop,
    reconnect() {
      for (const socket of sockets()) sendFrame(socket, { op: GatewayOpcodes.Reconnect, d: null })
    },
    invalidate({ resumable }) {
      for (const connection of state.connections) {
        const { session, socket } = connection
        if (session !== undefined && !resumable) state.sessions.delete(session.id)
        // Either way the socket has to introduce itself again.
        connection.session = undefined
        sendFrame(socket, { op: GatewayOpcodes.InvalidSession, d: resumable })
      }
    },
    muteAcks() {
      for (const connection of state.connections) connection.acks = false
    },
    closeNext(code, times = 1) {
      door.closeCode = code
      door.closesLeft = times
    },
    down() {
      door.isOpen = false
      drop()
    },
    up() {
      door.isOpen = true
    },
    sendRaw(t, d) {
      for (const session of state.sessions.values()) deliver(session, { t, d })
    },
    alterReady(change) {
      state.alterReady = change
    },
    identifies: state.identifies,
    resumes: state.resumes,
    get heartbeats() {
      return state.heartbeats
    },
    get connected() {
      return [...state.connections].filter(({ session }) => session !== undefined).length
    },
  }
}

export function openGateway(options: GatewayOptions): Gateway {
  const state: GatewayState = {
    options,
    sessions: new Map(),
    connections: new Set(),
    identifies: [],
    resumes: [],
    heartbeats: 0,
    alterReady: undefined,
  }
  const door: Door = { isOpen: true, closeCode: 0, closesLeft: 0 }
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  return {
    controls: controlsOf(state, door),
    startsLeft: () => startsLeft(state),
    dispatch(dispatch) {
      for (const session of state.sessions.values()) deliver(session, dispatch)
    },
    upgrade(request, socket, head) {
      socket.on('error', () => socket.destroy())
      if (!door.isOpen) return void socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n')
      const url = new URL(request.url ?? '/', 'ws://gateway')
      server.handleUpgrade(request, socket, head, (ws) => accept(state, door, url, ws))
    },
    closeAll(code) {
      for (const { socket } of state.connections) socket.close(code)
    },
    stop() {
      for (const { socket } of state.connections) socket.terminate()
      server.close()
    },
  }
}
