// Legs, limits and answers of sizing made up for tests.
import type { Market } from '../market/market.ts'
import { parseDecimal, rate } from '../money.ts'
import { exactLevels } from './depth.ts'
import type { SizingLeg } from './leg-fill.ts'
import type { Side } from './opportunity.ts'
import type { SizedRoute, Sizing, SizingLimits } from './size-route.ts'

/** Limits that limit nothing. */
export const wide: SizingLimits = { notionalMax: 10n ** 30n, netMin: 0n, netPercentMin: 0 }

/** "100:1 100.5:2" is one unit at 100 and two at 100.5. */
export const levelsOf = (text: string): readonly (readonly [number, number])[] =>
  text
    .split(' ')
    .filter(Boolean)
    .map((level) => level.split(':').map(Number) as [number, number])

export const sampleLeg = (
  market: Market,
  side: Side,
  levels: string | readonly (readonly [number, number])[],
  balance?: string,
): SizingLeg => ({
  market,
  side,
  levels: exactLevels(typeof levels === 'string' ? levelsOf(levels) : levels, rate('1')),
  ...(balance !== undefined && { balance: parseDecimal(balance) }),
  bookAgeMs: 5,
})

export function sizedOf(sizing: Sizing): SizedRoute {
  if (sizing.outcome === 'sized') return sizing.sized
  throw new Error(`${sizing.refusal.reason}: ${sizing.refusal.detail}`)
}
