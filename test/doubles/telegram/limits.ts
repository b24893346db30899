// How many messages a chat takes: about one a second with short bursts, and twenty a minute in a group.
// Always counted; refused with 429 only where a test asks for it.

export type LimitOptions = {
  readonly enforced: boolean
  readonly perChatPerSecond: number
  /** How many may come at once after a silence. */
  readonly perChatBurst: number
  readonly perGroupPerMinute: number
}

export const telegramLimits: LimitOptions = {
  enforced: false,
  perChatPerSecond: 1,
  perChatBurst: 3,
  perGroupPerMinute: 20,
}

export type Excess = {
  readonly chatId: number
  readonly method: string
  readonly limit: 'second' | 'minute'
  readonly retryAfterSeconds: number
  readonly atMs: number
}

export type Limits = {
  /** Every message beyond a limit, whether it was refused or not. */
  readonly excesses: Excess[]
  /** Counts `messages` of one call; the seconds to wait where the call must be refused. */
  take(call: {
    readonly chatId: number
    readonly isGroup: boolean
    readonly method: string
    readonly messages: number
  }): number | undefined
  /** How many messages and edits the chat has taken. */
  taken(chatId: number): number
  enforce(isEnforced: boolean): void
}

type Meter = { tokens: number; filledAtMs: number; readonly minute: number[]; taken: number }

const minuteMs = 60_000

/** @param now milliseconds */
export function createLimits(options: LimitOptions, now: () => number): Limits {
  const meters = new Map<number, Meter>()
  const excesses: Excess[] = []
  let isEnforced = options.enforced

  const meterOf = (chatId: number): Meter => {
    const known = meters.get(chatId)
    if (known !== undefined) return known
    const meter: Meter = {
      tokens: options.perChatBurst,
      filledAtMs: now(),
      minute: [],
      taken: 0,
    }
    meters.set(chatId, meter)
    return meter
  }

  const waits = (meter: Meter, isGroup: boolean, messages: number) => {
    const atMs = now()
    const filled = ((atMs - meter.filledAtMs) / 1000) * options.perChatPerSecond
    meter.tokens = Math.min(options.perChatBurst, meter.tokens + filled)
    meter.filledAtMs = atMs
    while ((meter.minute[0] ?? atMs) < atMs - minuteMs) meter.minute.shift()
    // An album may be larger than a whole burst: it passes when the burst is full.
    const missing = Math.min(messages, options.perChatBurst) - meter.tokens
    const over = isGroup ? meter.minute.length + messages - options.perGroupPerMinute : 0
    const freeAtMs = (meter.minute[over - 1] ?? atMs) + minuteMs
    return {
      second: missing > 0 ? Math.ceil(missing / options.perChatPerSecond) : 0,
      minute: over > 0 ? Math.ceil((freeAtMs - atMs) / 1000) : 0,
    }
  }

  return {
    excesses,
    take: ({ chatId, isGroup, method, messages }) => {
      const meter = meterOf(chatId)
      const { second, minute } = waits(meter, isGroup, messages)
      const retryAfterSeconds = Math.max(second, minute)
      if (retryAfterSeconds > 0) {
        const limit = minute >= second ? 'minute' : 'second'
        excesses.push({ chatId, method, limit, retryAfterSeconds, atMs: now() })
        if (isEnforced) return retryAfterSeconds
      }
      meter.tokens = Math.max(0, meter.tokens - messages)
      meter.taken += messages
      for (let count = 0; count < messages; count++) meter.minute.push(now())
      return undefined
    },
    taken: (chatId) => meters.get(chatId)?.taken ?? 0,
    enforce: (enforced) => {
      isEnforced = enforced
    },
  }
}
