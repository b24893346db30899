// A venue's book as an order meets it: exact, and without what earlier orders have taken. The world does
// not know of those, so a quantity stays taken until the book shows another one at that price.
import { baseAmount, price, subtract, type BaseAmount, type Price } from '../../money.ts'
import type { Level, SourceMarket } from '../market-source.ts'
import { amountText, priceText } from '../wire-text.ts'

export type ExactLevel = readonly [at: Price, size: BaseAmount]

type Taken = { readonly shown: BaseAmount; readonly taken: BaseAmount }

/** Levels as the venue prints them, so that an order meets exactly what its client was shown. */
export const exactLevels = (market: SourceMarket, levels: readonly Level[]): ExactLevel[] =>
  levels.map(([at, size]) => [price(priceText(market, at)), baseAmount(amountText(market, size))])

export type TakenLevels = {
  /** What is left of these levels, and forgets what the book has refreshed since. */
  left(levels: readonly ExactLevel[]): ExactLevel[]
  /** Remembers that so much of the level is gone. `shown` are the levels as the book has them. */
  take(shown: readonly ExactLevel[], at: Price, amount: BaseAmount): void
}

/** The memory of one side of one market. */
export function createTakenLevels(): TakenLevels {
  const memory = new Map<Price, Taken>()
  return {
    left(levels) {
      const sizes = new Map(levels)
      for (const [at, { shown }] of memory) if (sizes.get(at) !== shown) memory.delete(at)
      return levels.flatMap(([at, size]): ExactLevel[] => {
        const taken = memory.get(at)?.taken ?? (0n as BaseAmount)
        return taken >= size ? [] : [[at, subtract(size, taken)]]
      })
    },
    take(shown, at, amount) {
      const size = shown.find(([level]) => level === at)?.[1]
      if (size === undefined) return
      const before = memory.get(at)?.taken ?? 0n
      memory.set(at, { shown: size, taken: (before + amount) as BaseAmount })
    },
  }
}
