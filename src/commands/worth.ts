// What balances are worth now, as far as anybody knows: for people, never for a decision.
import { add, estimate, toNumber } from '../money.ts'
import type { LastValue } from '../market/market-store.ts'
import { amountText, numberText } from '../notification/amount-text.ts'
import { durationText } from '../notification/time-text.ts'
import type { Balance } from '../trade/trade-store.ts'
import type { CommandContext } from './command.ts'

export type Worth = Balance & {
  /** Undefined for an asset that no venue ever priced. */
  readonly usdt: number | undefined
  /** How old the price is; 0 for USDT itself. */
  readonly priceAgeMs: number
}

/** A younger price is as good as now; an older one is said to be old. */
const ageMsMax = 60_000

function worthOf(balance: Balance, values: ReadonlyMap<string, LastValue>, now: Date): Worth {
  if (balance.asset === 'USDT')
    return {
      ...balance,
      usdt: estimate(toNumber(add(balance.free, balance.reserved))),
      priceAgeMs: 0,
    }
  const value = values.get(balance.asset)
  if (value === undefined) return { ...balance, usdt: undefined, priceAgeMs: 0 }
  return {
    ...balance,
    usdt: estimate(toNumber(add(balance.free, balance.reserved)) * value.usdt),
    priceAgeMs: Math.max(0, now.getTime() - value.at.getTime()),
  }
}

/** Everything that is held, and the venues of all accounts, empty ones included. */
export async function readWorth({
  trades,
  markets,
  now,
}: Pick<CommandContext, 'trades' | 'markets' | 'now'>): Promise<{
  readonly held: readonly Worth[]
  readonly venues: readonly string[]
}> {
  const [balances, values] = await Promise.all([trades.balances(), markets.lastValues()])
  return {
    held: balances
      .filter(({ free, reserved }) => free !== 0n || reserved !== 0n)
      .map((balance) => worthOf(balance, values, now())),
    venues: [...new Set(balances.map(({ venue }) => venue))].toSorted(),
  }
}

export const totalOf = (rows: readonly Worth[]): number =>
  estimate(rows.reduce((sum, { usdt }) => sum + (usdt ?? 0), 0))

/** Cents are enough. */
export const worthText = (usdt: number): string => numberText(Math.round(usdt * 100) / 100)

export function worthCell({ usdt, priceAgeMs }: Pick<Worth, 'usdt' | 'priceAgeMs'>): string {
  if (usdt === undefined) return 'unknown'
  const old = priceAgeMs > ageMsMax ? ` (price ${durationText(priceAgeMs)} old)` : ''
  return `${worthText(usdt)}${old}`
}

/** What the totals do not tell: what is in no sum, and what is in it at an old price. */
export function caveatsOf(rows: readonly Worth[]): readonly string[] {
  const unknown = rows.filter(({ usdt }) => usdt === undefined)
  const oldest = rows.reduce((most, { priceAgeMs }) => Math.max(most, priceAgeMs), 0)
  const named = unknown.map(
    ({ free, reserved, asset, venue }) => `${amountText(add(free, reserved))} ${asset} on ${venue}`,
  )
  return [
    ...(named.length === 0
      ? []
      : [`Worth unknown and in no total: ${named.join(', ')}; no venue has priced it yet.`]),
    ...(oldest > ageMsMax
      ? [`Some is worth what its last price says, which is up to ${durationText(oldest)} old.`]
      : []),
  ]
}
