// What discord.js's connection asks of its surroundings: when it may come back, the session that it takes
// up again, and a new one where there is room for one.
import { setTimeout as sleep } from 'node:timers/promises'
import {
  DefaultWebSocketManagerOptions,
  WebSocketShardStatus,
  type IContextFetchingStrategy,
} from '@discordjs/ws'
import type { Secret } from '../../src/secret.ts'
import { isSocketUrl, type KeptSession } from './gateway-session.ts'
import type { SessionStarts } from './session-starts.ts'

/** Between one connection and the next. */
export type ComeBackPatience = {
  /** The first pause of a connection that does not hold; later ones are longer, each with a jitter. */
  readonly pauseMs: number
  readonly pauseMsMax: number
  /** A connection that held for this long begins anew. */
  readonly steadyMs: number
}

type ContextWiring = {
  readonly token: Secret
  /** What is asked for besides interactions, which always come. */
  readonly intents: () => Promise<number>
  readonly patience: ComeBackPatience
  readonly session: KeptSession
  readonly starts: SessionStarts
  readonly signal: AbortSignal
  readonly reportBug: (error: unknown, what: string) => void
}

const forever = () => new Promise<never>(() => {})

/** What a shard asks of its surroundings, and the pauses between its connections. */
export function createGatewayContext(wiring: ContextWiring, status: () => WebSocketShardStatus) {
  const { token, intents: intentsWanted, patience, session, starts, signal, reportBug } = wiring
  let url = ''
  let intents = 0
  let turns = 0
  // The first connection and the first that breaks cost no pause.
  let failures = -1
  let upSinceMs = Infinity

  function pauseMs(): number {
    const held = performance.now() - upSinceMs > patience.steadyMs
    failures = held ? 1 : failures + 1
    upSinceMs = Infinity
    if (failures < 2) return 0
    const ms = Math.min(patience.pauseMsMax, patience.pauseMs * 2 ** Math.min(failures - 2, 20))
    return ms * (0.5 + Math.random())
  }

  /** Before every connection; resolves when it may be opened. Must never reject. */
  async function awaitTurn(): Promise<void> {
    const turn = ++turns
    await sleep(pauseMs(), undefined, { signal }).catch(() => {})
    while (session.current() === null && !signal.aborted)
      try {
        intents = await intentsWanted()
        url = (await starts.gatewayUrl(signal)) ?? ''
        break
      } catch (error) {
        reportBug(error, 'the way to the gateway of Discord')
        await sleep(patience.pauseMsMax, undefined, { signal }).catch(() => {})
      }
    // Nobody waits any more, or discord.js has meanwhile begun once more: one connection is enough.
    if (signal.aborted || turn !== turns) await forever()
  }

  const usual = DefaultWebSocketManagerOptions
  const limit = { total: 0, remaining: 0, reset_after: 0, max_concurrency: 1 }
  const context: IContextFetchingStrategy = {
    options: {
      version: usual.version,
      encoding: usual.encoding,
      compression: usual.compression,
      identifyProperties: usual.identifyProperties,
      handshakeTimeout: usual.handshakeTimeout,
      helloTimeout: usual.helloTimeout,
      readyTimeout: usual.readyTimeout,
      token: token.reveal(),
      largeThreshold: null,
      initialPresence: null,
      shardCount: 1,
      get intents() {
        return intents
      },
      get gatewayInformation() {
        return { url, shards: 1, session_start_limit: limit }
      },
    },
    async retrieveSessionInfo() {
      if (status() === WebSocketShardStatus.Idle) await awaitTurn()
      return session.current()
    },
    updateSessionInfo(_, info) {
      const resumeURL = isSocketUrl(info?.resumeURL) ? info.resumeURL : url
      session.update(info === null || !isSocketUrl(resumeURL) ? null : { ...info, resumeURL })
    },
    async waitForIdentify(_, closed) {
      try {
        await starts.take(AbortSignal.any([closed, signal]))
      } catch (error) {
        // Whatever else it hears of, discord.js would go on all the same.
        if (!closed.aborted) await forever()
        throw error
      }
    },
  }
  return {
    context,
    isUp: () => {
      upSinceMs = performance.now()
    },
  }
}
