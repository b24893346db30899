// Messages by LISTEN and NOTIFY, over one connection of its own that comes back by itself.
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { withDeadline } from './deadline.ts'
import type { Messages } from './transport.ts'

type Listener = { hear: (text: string) => void; missed: () => void }

const retryMs = 250
const connectMsMax = 5_000
/** A connection that died without a word is found out after at most both of these. */
const heartbeatMs = 5_000
const heartbeatMsMax = 3_000

/** Connects with the first subscription; `report` hears of every failure of the connection. */
export function openPostgresMessages(
  databaseUrl: string,
  report: (error: Error) => void,
): { subscribe: Messages['subscribe']; close(): Promise<void> } {
  const channels = new Map<string, Set<Listener>>()
  let connected: Promise<pg.Client> | undefined
  let turn: Promise<unknown> = Promise.resolve()
  let closed = false

  /** A client takes one query at a time. */
  function inTurn(query: () => Promise<unknown>): Promise<unknown> {
    const done = turn.then(query)
    turn = done.catch(() => undefined)
    return done
  }

  async function connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: databaseUrl,
      connectionTimeoutMillis: connectMsMax,
      keepAlive: true,
      application_name: 'arbdesk messages',
    })
    const state = { listening: false, lost: false }
    const onLost = (error?: Error) => {
      if (error !== undefined && !closed) report(error)
      if (state.listening && !state.lost && !closed) reconnect()
      state.lost = true
    }
    client.on('error', onLost)
    client.on('end', () => onLost())
    client.on('notification', ({ channel, payload }) => {
      for (const { hear } of channels.get(channel) ?? []) hear(payload ?? '')
    })
    await client.connect()
    for (const channel of channels.keys()) await listen(client, channel)
    if (state.lost) throw new Error('The connection ended at once.')
    state.listening = true
    void beat(client, () => !state.lost && !closed)
    return client
  }

  async function beat(client: pg.Client, isUsed: () => boolean) {
    for (;;) {
      await sleep(heartbeatMs, undefined, { ref: false })
      if (!isUsed()) return
      const beaten = inTurn(() => client.query('select 1'))
      await withDeadline(beaten, heartbeatMsMax, 'no answer').catch(() => client.end())
    }
  }

  function reconnect() {
    connected = comeBack()
    connected.catch(() => undefined)
  }

  async function comeBack(): Promise<pg.Client> {
    for (;;) {
      await sleep(retryMs)
      if (closed) throw new Error('The messages are closed.')
      try {
        const client = await connect()
        for (const listeners of channels.values()) for (const { missed } of listeners) missed()
        return client
      } catch (error) {
        if (error instanceof Error) report(error)
      }
    }
  }

  async function firstConnection(): Promise<pg.Client> {
    try {
      return await connect()
    } catch (error) {
      connected = undefined
      throw error
    }
  }

  const listen = (client: pg.Client, channel: string) =>
    inTurn(() => client.query(`listen ${client.escapeIdentifier(channel)}`))

  /** Whoever subscribed again meanwhile must go on hearing. */
  const unlisten = (client: pg.Client, channel: string) =>
    inTurn(async () => {
      if (!channels.has(channel)) await client.query(`unlisten ${client.escapeIdentifier(channel)}`)
    })

  async function subscribe(channel: string, hear: (text: string) => void, missed = () => {}) {
    const listener = { hear, missed }
    const listeners = channels.get(channel) ?? new Set()
    channels.set(channel, listeners.add(listener))
    const client = await (connected ??= firstConnection())
    // When this fails the connection is gone, and the next one listens to every channel.
    await listen(client, channel).catch(() => undefined)

    return async () => {
      listeners.delete(listener)
      if (listeners.size > 0 || channels.get(channel) !== listeners) return
      channels.delete(channel)
      const used = await connected?.catch(() => undefined)
      if (used !== undefined) await unlisten(used, channel).catch(() => undefined)
    }
  }

  async function close() {
    closed = true
    const client = await connected?.catch(() => undefined)
    await client?.end().catch(() => undefined)
  }

  return { subscribe, close }
}
