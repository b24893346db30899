// A test desk that has been running for a while: venues, books, prices, refusals, gaps and balances.
import { parseDecimal, rate } from '../src/money.ts'
import type { Desk } from '../src/commands/command.ts'
import { testMarket } from './market.ts'
import { crossOpportunity, cycleOpportunity } from './opportunities.ts'

export const seededRoute = 'cross BTC/USDT kucoin>binance'
const thisMinute = new Date(Math.floor(Date.now() / 60_000) * 60_000)
const monthAgo = new Date(thisMinute.getTime() - 20 * 86_400_000)

export async function seedDesk(desk: Desk): Promise<void> {
  await seedMarkets(desk)
  await seedHistory(desk)
  const { approvals, trades } = desk
  await approvals.tell(crossOpportunity(), 'approval.mode is alert')
  await approvals.tell(cycleOpportunity({ netPercent: 0.3 }), 'approval.mode is alert')
  await trades.declareBalances([
    { venue: 'kucoin', asset: 'USDT', free: parseDecimal('10000') },
    { venue: 'kucoin', asset: 'ODD', free: parseDecimal('5') },
    { venue: 'binance', asset: 'BTC', free: parseDecimal('0.5') },
  ])
}

async function seedMarkets({ markets, shards }: Desk): Promise<void> {
  const fee = { rate: rate('0.001'), source: 'market', paidIn: 'received' } as const
  for (const venue of ['kucoin', 'binance'])
    await markets.saveListing(
      venue,
      ['BTC/USDT', 'ETH/BTC', 'ETH/USDT'].map((symbol) =>
        testMarket(symbol, { venue, takerFee: fee }),
      ),
      [],
    )
  const up = { state: 'up', reason: '', sweptAt: new Date(), markets: 3, sweepMs: 120 } as const
  await markets.saveStatuses([
    { ...up, venue: 'kucoin' },
    { ...up, venue: 'binance' },
    { ...up, venue: 'okx', state: 'degraded', reason: 'it timed out twice' },
  ])
  const facts = { volumeUsdt: 1_000_000, frozenMs: 0 }
  await markets.saveWatchlist([
    { shard: 'cross-0', venue: 'kucoin', symbol: 'BTC/USDT', rank: 1, score: 5, facts },
    { shard: 'cross-0', venue: 'binance', symbol: 'BTC/USDT', rank: 1, score: 5, facts },
  ])
  await markets.saveValues(new Map([['BTC', 80_000]]))
  await shards.declare(['cross-0', 'cross-1'])
  await shards.claim('cross-0', 'worker-7', 60_000)
}

async function seedHistory({ history }: Desk): Promise<void> {
  const route = seededRoute
  const price = (venue: string, symbol: string, bid: number, ask: number, minute = thisMinute) => ({
    venue,
    symbol,
    minute,
    bid,
    ask,
  })
  await history.addPrices([
    price('kucoin', 'BTC/USDT', 80_000, 80_010),
    price('binance', 'BTC/USDT', 80_400, 80_410),
    price('gone', 'BTC/USDT', 99_000, 99_001, monthAgo),
    price('kucoin', 'ETH/BTC', 0.05, 0.0501),
    price('kucoin', 'ETH/USDT', 4000, 4001),
  ])
  await history.addRefusals([
    {
      route,
      minute: thisMinute,
      reason: 'book age',
      count: 40,
      detail: 'kucoin 1.8 s old, at most 1 s',
    },
    { route, minute: thisMinute, reason: 'too short to ask', count: 2, detail: 'lived 400 ms' },
    {
      route: 'cycle kucoin USDT>ETH>BTC',
      minute: thisMinute,
      reason: 'no depth',
      count: 9,
      detail: 'x',
    },
  ])
  await history.addGaps([
    { route, minute: thisMinute, samples: 10, netMax: 0.0031, netMean: 0.001, openMs: 12_000 },
  ])
}
