// Lets watched books move more often than they would by themselves, until about so many messages a
// second leave: what a desk makes of a busy market cannot be seen on a quiet one.
import type { CoinRole } from './coins.ts'
import { createRandom } from './random.ts'
import { moveMarket } from './sim-market.ts'
import type { World } from './world.ts'

export type BusyBooks = {
  /** A change was told to one listener, whoever moved the book. */
  told(): void
  /** Tells what is missing by now; to be called many times a second. */
  step(nowMs: number): void
}

/** Coins with nothing planted on them: their books may move at any time. */
const lively: ReadonlySet<CoinRole> = new Set(['major', 'stable', 'mid'])
/** What could not be told for longer than this is not made up for. */
const debtMsMax = 200

export function createBusyBooks(world: World, seed: string, perSecond: number): BusyBooks {
  // Dice of its own: the world itself is the same with it and without.
  const random = createRandom(`busy ${seed}`)
  const books = world.markets.filter(({ role }) => lively.has(role))
  const debt = { messages: 0 }
  let next = 0
  let lastMs: number | undefined
  return {
    told: () => void debt.messages--,
    step(nowMs) {
      const passedMs = nowMs - (lastMs ?? nowMs)
      lastMs = nowMs
      const messages = debt.messages + (passedMs * perSecond) / 1000
      debt.messages = Math.min(messages, (debtMsMax * perSecond) / 1000)
      // Once around at most: where nobody watches, nothing can be told.
      for (let tried = 0; debt.messages >= 1 && tried < books.length; tried++) {
        const book = books[next++ % books.length]
        if (book !== undefined && book.listeners.size > 0) moveMarket(book, nowMs, random)
      }
    },
  }
}
