// How often a platform may be asked, and who goes without when it is not often enough.

/** At most `max` requests in any stretch of `perMs`. */
export type Rate = { readonly max: number; readonly perMs: number }

/** What one chat takes: new messages, edits of old ones, and both together. */
export type ChatBudget = {
  readonly sends: readonly Rate[]
  readonly edits: readonly Rate[]
  readonly both: readonly Rate[]
}

export type Budgets = {
  /** Chats with one payer share what it takes, and are held back together; undefined: each pays for itself. */
  readonly payerOf?: (chat: string) => string
  readonly ofChat: (payer: string) => ChatBudget
  /** Over all chats of the platform. */
  readonly overall: readonly Rate[]
}

/** What less urgent messages may use up, so that something is left for an exposure or an approval. */
function shareOf(rank: number): number {
  if (rank === 0) return 1
  return rank <= 2 ? 0.9 : 0.7
}

/** The part of a rate that messages of this rank may use; never nothing. */
export const maxFor = ({ max }: Rate, rank: number): number =>
  Math.max(1, Math.floor(max * shareOf(rank)))

/** What past requests leave of some rates. */
export type Spent = {
  add(nowMs: number): void
  /** How long a message of this rank has to wait; 0: not at all. */
  waitMs(rank: number, nowMs: number): number
}

export function createSpent(rates: readonly Rate[]): Spent {
  const keepMs = Math.max(0, ...rates.map(({ perMs }) => perMs))
  let moments: readonly number[] = []
  return {
    add(nowMs) {
      moments = [...moments.filter((ms) => ms > nowMs - keepMs), nowMs]
    },
    waitMs(rank, nowMs) {
      const waits = rates.map((rate) => {
        // The request that has to be older than `perMs` before there is room for one more.
        const blocking = moments.at(-maxFor(rate, rank))
        return blocking === undefined ? 0 : blocking + rate.perMs - nowMs
      })
      return Math.max(0, ...waits)
    },
  }
}
