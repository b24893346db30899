// What a test may order to go wrong between the bot and Telegram.
import type { Refusal } from './answer.ts'

export type Mishap =
  /** 429 with parameters.retry_after; nothing takes effect. */
  | { readonly kind: 'flood'; readonly retryAfterSeconds: number }
  /** A gateway's page in place of an answer; `afterEffect` where Telegram had done it already. */
  | {
      readonly kind: 'gateway'
      readonly status: 500 | 502 | 503 | 504
      readonly afterEffect?: true
    }
  /** The socket is cut before anything happened. */
  | { readonly kind: 'drop-before-effect' }
  /** It is done, and the bot never hears of it. */
  | { readonly kind: 'drop-after-effect' }
  /** It is done at once and answered late. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** Any other refusal; nothing takes effect. */
  | { readonly kind: 'refuse'; readonly answer: Refusal }

export type Scope = {
  /** Only these methods, spelled as in the Bot API; all when left out. */
  readonly methods?: readonly string[]
  /** Only calls whose chat_id is this. */
  readonly chatId?: number
  /** How many calls it hits; all until it is taken back when left out. */
  readonly times?: number
}

export type Mishaps = {
  /** Plans a mishap behind those planned before; what is returned takes it back. */
  plan(mishap: Mishap, scope?: Scope): () => void
  /** Takes back all. */
  heal(): void
  /** How many calls were hit so far. */
  happened(): number
  /** The mishap of this call, used up by it. */
  take(method: string, chatId: number | undefined): Mishap | undefined
}

type Plan = { readonly mishap: Mishap; readonly scope: Scope; left: number }

export function createMishaps(): Mishaps {
  let plans: Plan[] = []
  let happened = 0
  return {
    plan: (mishap, scope = {}) => {
      const plan = { mishap, scope, left: scope.times ?? Number.POSITIVE_INFINITY }
      plans.push(plan)
      return () => {
        plans = plans.filter((each) => each !== plan)
      }
    },
    heal: () => {
      plans = []
    },
    happened: () => happened,
    take: (method, chatId) => {
      const plan = plans.find(
        ({ scope, left }) =>
          left > 0 &&
          (scope.methods?.includes(method) ?? true) &&
          (scope.chatId === undefined || scope.chatId === chatId),
      )
      if (plan === undefined) return undefined
      plan.left--
      happened++
      return plan.mishap
    },
  }
}
