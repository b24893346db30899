// One session of the bot on the gateway: its numbered dispatches, kept for a socket that comes back.
import { GatewayIntentBits, GatewayOpcodes } from 'discord-api-types/v10'
import type { WebSocket } from 'ws'
import type { Dispatch } from './platform.ts'

/** How many dispatches a session away from its socket may miss before it is lost. */
const replayMax = 1_000

type Numbered = { readonly s: number; readonly t: string; readonly d: object }

export type Session = {
  readonly id: string
  readonly intents: number
  readonly log: Numbered[]
  sequence: number
  socket: WebSocket | undefined
  /** When it lost its socket. */
  goneAt: number | undefined
}

export const createSession = (id: string, intents: number, socket: WebSocket): Session => ({
  id,
  intents,
  log: [],
  sequence: 0,
  socket,
  goneAt: undefined,
})

export function sendFrame(socket: WebSocket, frame: object): void {
  if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(frame))
}

const sendDispatch = (socket: WebSocket, { s, t, d }: Numbered) =>
  sendFrame(socket, { op: GatewayOpcodes.Dispatch, s, t, d })

/** Sends a dispatch, or keeps it where the socket is away. What the intents leave out is not sent. */
export function deliver(session: Session, dispatch: Dispatch): void {
  const { t, intents, withoutContent } = dispatch
  if (intents !== undefined && (session.intents & intents) === 0) return
  const readsContent = (session.intents & GatewayIntentBits.MessageContent) !== 0
  const d = readsContent ? dispatch.d : (withoutContent ?? dispatch.d)
  session.sequence++
  // A copy: what is replayed later is what was true then.
  const numbered = { s: session.sequence, t, d: structuredClone(d) }
  session.log.push(numbered)
  if (session.log.length > replayMax) session.log.shift()
  if (session.socket !== undefined) sendDispatch(session.socket, numbered)
}

/** Sends again all after `sequence`, then RESUMED; false where too much was missed. */
export function replay(session: Session, sequence: number, socket: WebSocket): boolean {
  const missed = session.log.filter(({ s }) => s > sequence)
  if (sequence > session.sequence || missed.length < session.sequence - sequence) return false
  session.socket = socket
  session.goneAt = undefined
  for (const numbered of missed) sendDispatch(socket, numbered)
  deliver(session, { t: 'RESUMED', d: {} })
  return true
}
