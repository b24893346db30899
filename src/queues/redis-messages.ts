// Messages by Redis pub/sub, over one connection that subscribes again when Redis comes back.
import type { Redis } from 'ioredis'
import { withDeadline } from './deadline.ts'
import type { Messages } from './transport.ts'

type Listener = { hear: (text: string) => void; missed: () => void }

/** A connection that died without a word is found out after at most both of these. */
const heartbeatMs = 5_000
const heartbeatMsMax = 3_000

/** @param client connected, its own, and without `autoResubscribe`: its order is decided here. */
export function openRedisMessages(client: Redis): {
  subscribe: Messages['subscribe']
  close(): void
} {
  const channels = new Map<string, Set<Listener>>()

  async function resubscribe() {
    await client.subscribe(...channels.keys())
    for (const listeners of channels.values()) for (const { missed } of listeners) missed()
  }
  client.on('message', (channel, text) => {
    for (const { hear } of channels.get(channel) ?? []) hear(text)
  })
  client.on('ready', () => {
    if (channels.size === 0) return
    // When this fails Redis is gone again, and the next `ready` tries again.
    resubscribe().catch(() => undefined)
  })
  const beat = setInterval(() => {
    if (client.status === 'ready')
      withDeadline(client.ping(), heartbeatMsMax, 'no answer').catch(() => client.disconnect(true))
  }, heartbeatMs)
  beat.unref()

  return {
    async subscribe(channel, hear, missed = () => {}) {
      const listener = { hear, missed }
      const listeners = channels.get(channel) ?? new Set()
      channels.set(channel, listeners.add(listener))
      await client.subscribe(channel)
      return async () => {
        listeners.delete(listener)
        if (listeners.size > 0 || channels.get(channel) !== listeners) return
        channels.delete(channel)
        if (client.status === 'ready') await client.unsubscribe(channel).catch(() => undefined)
      }
    },
    close() {
      clearInterval(beat)
    },
  }
}
