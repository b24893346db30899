// What a database says about money: whether balances are what they were plus what the fills moved.
import { format } from '../src/money.ts'
import { feeCoinOf } from '../src/trade/outcome.ts'
import type { TradeStore } from '../src/trade/trade-store.ts'

type Books = Pick<TradeStore, 'balances' | 'list'>
const all = { limit: 10_000, offset: 0 } as const
const isOver = (state: string): boolean => state !== 'approved' && state !== 'executing'

/**
 * Every balance without what trades have moved so far: the same at any two moments, or money was lost or
 * doubled between them. Undefined while a trade is under way.
 */
export async function startingBalances(
  trades: Books,
): Promise<Readonly<Record<string, string>> | undefined> {
  const before = await trades.list(all)
  const balances = await trades.balances()
  const after = await trades.list(all)
  if (before.length !== after.length) return undefined
  if (![...before, ...after].every(({ state }) => isOver(state))) return undefined
  const amounts = new Map(
    balances.map(({ venue, asset, free, reserved }) => [`${venue} ${asset}`, free + reserved]),
  )
  const move = (key: string, amount: bigint) => amounts.set(key, (amounts.get(key) ?? 0n) + amount)
  for (const fill of after.flatMap(({ fills }) => fills)) {
    const { venue, spent, received } = fill
    for (const fee of feeCoinOf(fill)) move(`${venue} ${fee.asset}`, fee.amount)
    move(`${venue} ${spent.asset}`, spent.amount)
    move(`${venue} ${received.asset}`, -received.amount)
  }
  const left = [...amounts].filter(([, amount]) => amount !== 0n)
  return Object.fromEntries(left.map(([key, amount]) => [key, format(amount)]))
}
