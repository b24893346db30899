import { expect, test } from 'vitest'
import { testMarket } from '../../test/market.ts'
import { baseAmount, format, parseDecimal, quoteAmount, rate } from '../money.ts'
import { minuteVolatility, riskOver } from './price-risk.ts'
import { carry, cheapest, sendMoney, transferTrade, type SendingWay } from './transfer-trade.ts'

const fee = { rate: rate('0.001'), source: 'market', paidIn: 'received' } as const
const priced = (venue: string, bid: number, ask: number, symbol = 'XRP/USDT') => ({
  market: testMarket(symbol, {
    venue,
    takerFee: fee,
    amountStep: baseAmount('0.1'),
    amountMin: baseAmount('1'),
    notionalMin: quoteAmount('5'),
  }),
  bid,
  ask,
})
const way = (feeText: string, minutes: number | undefined = 3, min = '1'): SendingWay => ({
  network: 'XRP',
  fee: parseDecimal(feeText),
  min: parseDecimal(min),
  minutes,
})
const budget = quoteAmount('100')

test('what is bought, sent and sold is reckoned to the last digit, fees and lots included', () => {
  // 49.9 XRP cost 99.8 and 0.0998; 0.25 go for the way, and 49.6 can be sold: 104.16 less 0.10416.
  const carried = carry(budget, priced('okx', 1.99, 2), priced('kucoin', 2.1, 2.11), way('0.25'))
  expect(carried && [format(carried.spent), format(carried.received)]).toEqual([
    '99.8998',
    '104.05584',
  ])
})

test('what is below a minimum of a market or of the network is no trade', () => {
  const [okx, kucoin] = [priced('okx', 1.99, 2), priced('kucoin', 2.1, 2.11)]
  expect(carry(quoteAmount('4'), okx, kucoin, way('0.25'))).toBeUndefined()
  expect(carry(budget, okx, kucoin, way('49.5'))).toBeUndefined()
  expect(carry(budget, okx, kucoin, way('0.25', 3, '60'))).toBeUndefined()
  expect(sendMoney(budget, 'USDT', way('100'))).toBeUndefined()
})

test('the money comes back the cheapest way, and what that costs is in the net', () => {
  const [okx, kucoin] = [priced('okx', 1.99, 2), priced('kucoin', 2.1, 2.11)]
  const out = carry(budget, okx, kucoin, way('0.25'))
  if (out === undefined) throw new Error('it is a trade')
  const dear = sendMoney(out.received, 'USDT', way('5'))
  const cheap = sendMoney(out.received, 'USDT', way('1', 8))
  const round = transferTrade(okx.market, 'okx', 'kucoin', out, [dear, cheap, undefined])
  expect(round.back).toBe(cheap)
  expect(format(round.net)).toBe('3.15604')
  expect(round.minutes).toBe(11)
  const unknown = sendMoney(out.received, 'USDT', { ...way('1'), minutes: undefined })
  expect(transferTrade(okx.market, 'okx', 'kucoin', out, [unknown]).minutes).toBeUndefined()
  expect(cheapest([undefined])).toBeUndefined()
  expect(transferTrade(okx.market, 'okx', 'kucoin', out, []).back).toBeUndefined()
})

test('the risk of a price grows with the square root of the time it is on its way', () => {
  const start = Date.parse('2026-03-01T00:00:00Z')
  // Up and down by 1 % each minute.
  const rows = Array.from({ length: 60 }, (_, i) => {
    const at = i % 2 === 0 ? 100 : 101
    return { minute: new Date(start + i * 60_000), bid: at, ask: at }
  })
  const volatility = minuteVolatility(rows) ?? 0
  expect(volatility).toBeCloseTo(Math.log(1.01), 6)
  expect(riskOver(volatility, 9)).toBeCloseTo(3 * Math.log(1.01), 6)
  // Every fourth minute is known: the same price, so nothing moved.
  expect(minuteVolatility(rows.filter((_, i) => i % 2 === 0).slice(0, 29))).toBeUndefined()
  expect(minuteVolatility(rows.slice(0, 20))).toBeUndefined()
})
