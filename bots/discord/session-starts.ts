// When a bot may begin a session: Discord allows a thousand a day and resets the token of a bot that
// wants more, so that a crash loop could lock everybody out. Ours stops long before.
import { setTimeout as sleep } from 'node:timers/promises'
import { Routes } from 'discord.js'
import { z } from 'zod'
import type { GatewayStore } from '../../src/notification/gateway-store.ts'
import { clockText } from '../../src/notification/time-text.ts'
import type { DiscordRest } from './discord-rest.ts'
import { isSocketUrl } from './gateway-session.ts'
import type { GatewayTrouble } from './gateway-trouble.ts'

export type SessionStartsWiring = {
  readonly rest: Pick<DiscordRest, 'call'>
  readonly store: GatewayStore
  /** As in GatewayStore. */
  readonly bot: string
  readonly trouble: GatewayTrouble
  readonly identifiesMax: number
  readonly identifyEveryMs: number
  /** The first pause after something did not work; later ones are longer. */
  readonly pauseMs: number
  readonly pauseMsMax: number
}

export type SessionStarts = {
  /** Where a new session may be begun; undefined when nobody waits any more. */
  readonly gatewayUrl: (signal: AbortSignal) => Promise<string | undefined>
  /** Counts one; rejects when nobody waits any more. */
  readonly take: (signal: AbortSignal) => Promise<void>
}

const lookAgainMsMax = 60_000

const gatewayForm = z.looseObject({
  url: z.string().refine(isSocketUrl),
  session_start_limit: z
    .looseObject({ remaining: z.number(), reset_after: z.number() })
    .optional()
    .catch(undefined),
})

export function createSessionStarts(wiring: SessionStartsWiring): SessionStarts {
  const { rest, store, bot, trouble, identifiesMax, identifyEveryMs, pauseMs, pauseMsMax } = wiring
  let lastMs = -Infinity

  const pause = (ms: number, signal: AbortSignal) =>
    sleep(Math.max(1, ms), undefined, { signal }).catch(() => {})

  const spent = (freeAt: Date) =>
    trouble.needsPerson(
      `${identifiesMax} sessions were begun on Discord within a day; the next one waits until ${clockText(freeAt)}, so that Discord does not take the token back. Something ends them again and again: look at the logs. Messages still go out.`,
    )

  /** Undefined: there is room. */
  async function waitMs(): Promise<number | undefined> {
    const room = await store.room(bot, identifiesMax).catch(() => undefined)
    if (room === undefined) return pauseMs
    if (room.outcome === 'free') return undefined
    spent(room.freeAt)
    return Math.min(lookAgainMsMax, room.freeAt.getTime() - Date.now())
  }

  return {
    async gatewayUrl(signal) {
      let failures = 0
      while (!signal.aborted) {
        const ms = await waitMs()
        if (ms !== undefined) {
          await pause(ms, signal)
          continue
        }
        const called = await rest.call({ method: 'get', route: Routes.gatewayBot() })
        const read = called.outcome === 'ok' ? gatewayForm.safeParse(called.result).data : undefined
        if (read !== undefined) {
          const { remaining = 1, reset_after: resetMs = 0 } = read.session_start_limit ?? {}
          if (remaining > 0) return read.url
          spent(new Date(Date.now() + resetMs))
          await pause(Math.min(lookAgainMsMax, resetMs), signal)
          continue
        }
        const detail = 'detail' in called ? called.detail : 'an answer that cannot be read'
        trouble.silent(detail)
        // A token that was refused is never asked for again; whoever refused it has said so.
        if (called.outcome === 'refused' && called.status === 401) {
          await pause(2 ** 30, signal)
          continue
        }
        const afterMs = Math.min(pauseMsMax, pauseMs * 2 ** failures++)
        await pause(afterMs * (0.5 + Math.random()), signal)
      }
      return undefined
    },
    async take(signal) {
      await sleep(Math.max(0, lastMs + identifyEveryMs - performance.now()), undefined, { signal })
      for (;;) {
        signal.throwIfAborted()
        const room = await store.begin(bot, identifiesMax).catch(() => undefined)
        if (room?.outcome === 'free') break
        if (room?.outcome === 'spent') spent(room.freeAt)
        await pause(room === undefined ? pauseMs : lookAgainMsMax, signal)
      }
      lastMs = performance.now()
    },
  }
}
