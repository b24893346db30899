import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { newExecution } from '../test/executions.ts'
import { scriptedMarket } from '../test/scripted-source.ts'
import { openTradingFloor, type TradingFloor } from '../test/trading-floor.ts'
import { format, parseDecimal } from '../src/money.ts'
import type { Ask } from '../src/trade/engine/effect.ts'
import type { Execution } from '../src/trade/engine/execution.ts'
import { quoteWayHome } from './quote-way-home.ts'

let floor: TradingFloor
let execution: Execution
beforeAll(async () => {
  floor = await openTradingFloor({
    kucoin: [scriptedMarket('SOL/USDT')],
    binance: [scriptedMarket('SOL/USDT')],
  })
  floor.show('kucoin', 'SOL/USDT', { bids: [[99, 5]], asks: [[100, 50]] })
  floor.show('binance', 'SOL/USDT', { bids: [[102, 50]], asks: [[103, 50]] })
  const opportunity = await floor.offer([
    ['kucoin', 'SOL/USDT', 'buy'],
    ['binance', 'SOL/USDT', 'sell'],
  ])
  execution = newExecution(opportunity, { id: 'trade', approval: 'approval' })
})
afterAll(() => floor.close())
afterEach(() => floor.servers.faults.heal('kucoin'))

const back = (amount: string): Ask => ({
  role: 'unwind',
  step: 0,
  side: 'sell',
  asset: 'SOL',
  amount: parseDecimal(amount),
})
const quotes = async (...asks: readonly Ask[]) => {
  const wiring = {
    rest: (venue: string) => floor.venues.rest(venue),
    market: async (venue: string, symbol: string) => floor.market(venue, symbol),
  }
  return (await quoteWayHome(wiring, execution, asks)).map(({ role, average, worst, book }) => ({
    role,
    average: format(average),
    worst: format(worst),
    isSound: book.synced && !book.crossed && book.ageMs >= 0,
  }))
}

test('a way home is priced on what the book shows, all of it, on average and at worst', async () => {
  floor.show('kucoin', 'SOL/USDT', {
    bids: [
      [99, 1],
      [98, 1],
    ],
    asks: [[100, 50]],
  })
  const onward: Ask = { ...back('2'), role: 'hedge', step: 1 }
  expect(await quotes(back('2'), onward)).toEqual([
    { role: 'unwind', average: '98.5', worst: '98', isSound: true },
    { role: 'hedge', average: '102', worst: '102', isSound: true },
  ])
})

test('money that is to be spent is priced by what it buys', async () => {
  const again: Ask = {
    role: 'unwind',
    step: 1,
    side: 'buy',
    asset: 'USDT',
    amount: parseDecimal('206'),
  }
  expect(await quotes(again)).toEqual([
    { role: 'unwind', average: '103', worst: '103', isSound: true },
  ])
})

test('what the book does not hold, or a venue that gives none, has no price', async () => {
  floor.show('kucoin', 'SOL/USDT', { bids: [[99, 1]], asks: [[100, 50]] })
  expect(await quotes(back('2'))).toEqual([])
  floor.servers.faults.rest('kucoin', { status: 503, body: '{}' })
  expect(await quotes(back('1'))).toEqual([])
})
