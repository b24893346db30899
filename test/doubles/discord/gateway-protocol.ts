// What the gateway makes of each frame the bot sends.
import {
  GatewayCloseCodes,
  GatewayIntentBits,
  GatewayOpcodes,
  ApplicationFlags,
  type GatewayReadyDispatchData,
} from 'discord-api-types/v10'
import type { WebSocket } from 'ws'
import { z } from 'zod'
import { bits } from './bits.ts'
import { createSession, deliver, replay, sendFrame, type Session } from './gateway-session.ts'
import type { Mistakes } from './mistakes.ts'
import { guildCreateData } from './payloads.ts'
import type { World } from './world.ts'

/** A client may send this much in one frame, and this many frames in a minute. */
const frameBytesMax = 4_096
const framesMax = 120
const framesPerMs = 60_000
const dayMs = 24 * 60 * 60_000
/** How long a session waits for its socket to come back. */
const resumableMs = 3 * 60_000
/** Beyond two intervals without a heartbeat the session has timed out; the rest is for slow machines. */
const lateHeartbeatMs = 5_000

const privileged =
  GatewayIntentBits.GuildMembers |
  GatewayIntentBits.GuildPresences |
  GatewayIntentBits.MessageContent
const allIntents = Object.values(GatewayIntentBits)
  .filter((value) => typeof value === 'number')
  .reduce((all, bit) => all | bit, 0)

const frameForm = z.looseObject({ op: z.enum(GatewayOpcodes), d: z.unknown().optional() })
const identifyForm = z.looseObject({
  token: z.string(),
  intents: z.int(),
  properties: z.looseObject({ os: z.string(), browser: z.string(), device: z.string() }),
  compress: z.boolean().optional(),
})
const resumeForm = z.looseObject({
  token: z.string(),
  session_id: z.string(),
  seq: z.int().nullable(),
})

export type GatewayOptions = {
  readonly world: World
  readonly mistakes: Mistakes
  /** Where a bot resumes: "ws://127.0.0.1:4711/resume". */
  readonly resumeUrl: () => string
  readonly isToken: (token: string) => boolean
  readonly resetToken: () => void
  readonly heartbeatIntervalMs: number
  /** Sessions that may be started in 24 hours. */
  readonly identifiesMax: number
  /** Privileged intents that are switched on for this application. */
  readonly privilegedIntents: number
  readonly changed: () => void
}

export type Connection = {
  readonly socket: WebSocket
  session: Session | undefined
  acks: boolean
  readonly framesAt: number[]
  /** Ends the connection when no heartbeat comes. */
  deadline: NodeJS.Timeout | undefined
}

export type GatewayState = {
  readonly options: GatewayOptions
  readonly sessions: Map<string, Session>
  readonly connections: Set<Connection>
  readonly identifies: number[]
  readonly resumes: number[]
  heartbeats: number
  alterReady: ((ready: object) => object) | undefined
}

export function blame({ options }: GatewayState, reason: string): void {
  options.mistakes.add({ by: 'bot', method: 'GATEWAY', path: '/', reason })
}

/** How many sessions the bot may still start today. */
export function startsLeft({ options, identifies }: GatewayState): number {
  const since = options.world.now() - dayMs
  return Math.max(0, options.identifiesMax - identifies.filter((at) => at > since).length)
}

export function expectHeartbeat({ options }: GatewayState, connection: Connection): void {
  clearTimeout(connection.deadline)
  connection.deadline = setTimeout(
    () => connection.socket.close(GatewayCloseCodes.SessionTimedOut),
    options.heartbeatIntervalMs * 2 + lateHeartbeatMs,
  )
  connection.deadline.unref()
}

/** Why Discord would close instead of answering IDENTIFY; undefined where it would not. */
function identifyFault(
  state: GatewayState,
  { token, intents }: z.infer<typeof identifyForm>,
): number | undefined {
  const { options } = state
  if (!options.isToken(token)) return GatewayCloseCodes.AuthenticationFailed
  if ((intents & ~allIntents) !== 0) return GatewayCloseCodes.InvalidIntents
  if ((intents & privileged & ~options.privilegedIntents) !== 0)
    return GatewayCloseCodes.DisallowedIntents
  if (startsLeft(state) > 0) return undefined
  blame(state, `more than ${options.identifiesMax} IDENTIFYs in 24 hours: the token is reset`)
  options.resetToken()
  return GatewayCloseCodes.AuthenticationFailed
}

function identify(state: GatewayState, connection: Connection, data: unknown): void {
  const { options, sessions } = state
  const { world } = options
  const read = identifyForm.safeParse(data)
  if (!read.success) {
    blame(state, `IDENTIFY: ${read.error.issues.map((issue) => issue.message).join(', ')}`)
    return connection.socket.close(GatewayCloseCodes.DecodeError)
  }
  const fault = identifyFault(state, read.data)
  if (fault !== undefined) return connection.socket.close(fault)
  if (read.data.compress === true) blame(state, 'IDENTIFY asks for compression, which is not here')
  state.identifies.push(world.now())
  const session = createSession(world.nextId(), read.data.intents, connection.socket)
  sessions.set(session.id, session)
  connection.session = session
  const ready: GatewayReadyDispatchData = {
    v: 10,
    user: world.bot,
    guilds: [...world.guilds.keys()].map((id) => ({ id, unavailable: true })),
    session_id: session.id,
    resume_gateway_url: options.resumeUrl(),
    shard: [0, 1],
    application: { id: world.applicationId, flags: bits(ApplicationFlags, 0), flags_new: '0' },
  }
  const altered = state.alterReady?.(ready) ?? ready
  state.alterReady = undefined
  deliver(session, { t: 'READY', d: altered })
  for (const guild of world.guilds.values())
    deliver(session, {
      t: 'GUILD_CREATE',
      d: guildCreateData(world, guild),
      intents: GatewayIntentBits.Guilds,
    })
}

function resume(state: GatewayState, connection: Connection, data: unknown): void {
  const { socket } = connection
  const read = resumeForm.safeParse(data)
  if (!read.success) return socket.close(GatewayCloseCodes.DecodeError)
  const { token, session_id: id, seq } = read.data
  if (!state.options.isToken(token)) return socket.close(GatewayCloseCodes.AuthenticationFailed)
  const session = state.sessions.get(id)
  const old = session?.socket
  const isStale = (session?.goneAt ?? Infinity) < state.options.world.now() - resumableMs
  if (session === undefined || isStale || !replay(session, seq ?? 0, socket)) {
    if (session !== undefined) state.sessions.delete(session.id)
    return sendFrame(socket, { op: GatewayOpcodes.InvalidSession, d: false })
  }
  if (old !== undefined && old !== socket) old.close(GatewayCloseCodes.UnknownError)
  connection.session = session
  state.resumes.push(state.options.world.now())
}

/** Frames beyond what a client may send in a minute. */
function isFlooding({ options }: GatewayState, { framesAt }: Connection): boolean {
  const now = options.world.now()
  framesAt.push(now)
  while (framesAt.length > 0 && (framesAt[0] as number) < now - framesPerMs) framesAt.shift()
  return framesAt.length > framesMax
}

function parsed(text: string): z.infer<typeof frameForm> | undefined {
  try {
    return frameForm.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

export function handleFrame(state: GatewayState, connection: Connection, text: string): void {
  const { socket } = connection
  const frame = Buffer.byteLength(text) > frameBytesMax ? undefined : parsed(text)
  if (frame === undefined) {
    blame(state, 'a frame is too long or no gateway frame')
    return socket.close(GatewayCloseCodes.DecodeError)
  }
  if (isFlooding(state, connection)) {
    blame(state, `more than ${framesMax} frames in a minute`)
    return socket.close(GatewayCloseCodes.RateLimited)
  }
  const isFirst = connection.session === undefined
  switch (frame.op) {
    case GatewayOpcodes.Heartbeat:
      state.heartbeats++
      expectHeartbeat(state, connection)
      if (connection.acks) sendFrame(socket, { op: GatewayOpcodes.HeartbeatAck })
      break
    case GatewayOpcodes.Identify:
    case GatewayOpcodes.Resume:
      if (!isFirst) return socket.close(GatewayCloseCodes.AlreadyAuthenticated)
      if (frame.op === GatewayOpcodes.Identify) identify(state, connection, frame.d)
      else resume(state, connection, frame.d)
      break
    case GatewayOpcodes.PresenceUpdate:
    case GatewayOpcodes.VoiceStateUpdate:
      if (isFirst) socket.close(GatewayCloseCodes.NotAuthenticated)
      break
    case GatewayOpcodes.Dispatch:
    case GatewayOpcodes.Reconnect:
    case GatewayOpcodes.RequestGuildMembers:
    case GatewayOpcodes.InvalidSession:
    case GatewayOpcodes.Hello:
    case GatewayOpcodes.HeartbeatAck:
    case GatewayOpcodes.RequestSoundboardSounds:
    case GatewayOpcodes.RequestChannelInfo:
      blame(state, `this double does not answer op ${frame.op}`)
      socket.close(GatewayCloseCodes.UnknownOpcode)
  }
  state.options.changed()
}
