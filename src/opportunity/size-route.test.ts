import { expect, test } from 'vitest'
import { format, parseDecimal, quoteAmount, toNumber } from '../money.ts'
import type { LegPlan } from './opportunity.ts'
import { sampleMarket } from './sample-market.ts'
import { sampleLeg as leg, sizedOf, wide } from './sample-sizing.ts'
import { sizeRoute, type Sizing, type SizingLimits } from './size-route.ts'

const buyer = (rules = {}) => sampleMarket('a', 'X/USDT', { paidIn: 'quote', ...rules })
const seller = (rules = {}) => sampleMarket('b', 'X/USDT', rules)
const reasonOf = (sizing: Sizing) =>
  sizing.outcome === 'refused' ? sizing.refusal.reason : 'sized'

test('a cross route stops where the next unit would lose', () => {
  const legs = [
    leg(buyer(), 'buy', '100:1 100.5:1 101:5', '1000'),
    leg(seller(), 'sell', '102:1.5 101:9', '10'),
  ]
  const sized = sizedOf(sizeRoute(legs, wide))
  const [buy, sell] = sized.legs as [LegPlan, LegPlan]
  expect(format(buy.amount)).toBe('2')
  expect(format(buy.limit)).toBe('100.5')
  expect(format(buy.spends.amount)).toBe('200.7005')
  expect(format(buy.average)).toBe('100.25')
  expect(format(sell.limit)).toBe('101')
  expect(format(sell.receives.amount)).toBe('203.2965')
  expect(format(sized.net)).toBe('2.596')
  expect(format(sized.fees)).toBe('0.404')
  expect(format(sized.gross)).toBe('3')
  expect(sized).toMatchObject({ asset: 'USDT', limitedBy: 'margin' })
  expect(sized.netPercent).toBeCloseTo((2.596 / 200.7005) * 100, 9)
})

test('a buy whose fee comes off the coin buys enough to deliver what is sold', () => {
  const legs = [
    leg(sampleMarket('a', 'X/USDT', { amountStep: '0.0001' }), 'buy', '100:10', '1000'),
    leg(seller({ amountStep: '0.01' }), 'sell', '103:2', '10'),
  ]
  const sized = sizedOf(sizeRoute(legs, wide))
  const [buy, sell] = sized.legs as [LegPlan, LegPlan]
  expect(format(sell.amount)).toBe('2')
  expect(format(buy.amount)).toBe('2.0021')
  expect(buy.receives.asset).toBe('X')
  expect(buy.receives.amount >= sell.amount).toBe(true)
  expect(format(buy.fee.amount)).toBe('0.0020021')
  expect(format(sized.net)).toBe('5.584')
})

test('a limit is on the tick that is worse for us', () => {
  const legs = [
    leg(buyer({ priceStep: '0.1' }), 'buy', '100.04:1', '1000'),
    leg(seller({ priceStep: '0.1' }), 'sell', '103.07:1', '10'),
  ]
  const plans = sizedOf(sizeRoute(legs, wide)).legs
  expect(plans.map(({ limit }) => format(limit))).toEqual(['100.1', '103'])
})

test('what a venue sets aside for a limit order is in the account', () => {
  const legs = [
    leg(buyer({ fee: '0' }), 'buy', '100:1 110:1', '200'),
    leg(seller(), 'sell', '130:9', '10'),
  ]
  const [buy] = sizedOf(sizeRoute(legs, wide)).legs
  expect(format(buy!.amount)).toBe('1.81818181')
  expect(format(buy!.limit)).toBe('110')
})

test('a cycle feeds each leg with what the one before delivered', () => {
  const legs = [
    leg(sampleMarket('a', 'BTC/USDT', { amountStep: '0.001' }), 'buy', '100:50', '100000'),
    leg(sampleMarket('a', 'ETH/BTC', { amountStep: '0.01' }), 'buy', '0.1:300'),
    leg(sampleMarket('a', 'ETH/USDT', { amountStep: '0.01' }), 'sell', '10.2:90 10.1:50'),
  ]
  const sized = sizedOf(sizeRoute(legs, { ...wide, notionalMax: parseDecimal('500') }))
  expect(sized.asset).toBe('USDT')
  sized.legs.forEach((plan, k) => {
    const next = sized.legs[k + 1]
    if (next !== undefined) expect(plan.receives.amount >= next.spends.amount).toBe(true)
  })
  expect(sized.notional <= parseDecimal('500')).toBe(true)
  expect(sized.legs[2]!.receives.amount - sized.legs[0]!.spends.amount).toBe(sized.net)
  expect(sized.gross - sized.fees).toBe(sized.net)
  expect(toNumber(sized.fees)).toBeGreaterThan(1.4)
  expect(toNumber(sized.fees)).toBeLessThan(1.6)
})

test('each way of being too small has its own name', () => {
  const cross = (limits: Partial<SizingLimits>, cash = '1000', coins = '10', rules = {}) => {
    const legs = [
      leg(buyer(rules), 'buy', '100:0.01 104:9', cash),
      leg(seller(rules), 'sell', '102:9', coins),
    ]
    return reasonOf(sizeRoute(legs, { ...wide, ...limits }))
  }
  expect(cross({})).toBe('sized')
  expect(cross({ netMin: quoteAmount('0.5') })).toBe('no depth')
  expect(cross({}, '1000', '10', { amountMin: '0.02' })).toBe('no depth')
  expect(cross({ netPercentMin: 3 })).toBe('net below minimum')
  expect(cross({}, '0')).toBe('no balance')
  expect(cross({}, '1000', '0')).toBe('no balance')
  expect(cross({}, '1000', '0.001', { amountMin: '0.005' })).toBe('no balance')
  const half = quoteAmount('0.5')
  expect(cross({ notionalMax: half }, '9', '9', { notionalMin: '1' })).toBe('below market minimum')
  expect(cross({ notionalMax: half, netMin: quoteAmount('0.1') })).toBe('net below minimum')
})

test('an empty side and a gap smaller than the fees are refused', () => {
  const answer = (asks: string) =>
    reasonOf(sizeRoute([leg(buyer(), 'buy', asks, '9'), leg(seller(), 'sell', '102:1', '9')], wide))
  expect(answer('')).toBe('no depth')
  expect(answer('101.9:1')).toBe('net below minimum')
})

test('legs that do not fit together are a bug', () => {
  const broken = [leg(buyer(), 'buy', '1:1'), leg(buyer(), 'buy', '1:1')]
  expect(() => sizeRoute(broken, wide)).toThrow('does not deliver')
  expect(() => sizeRoute([], wide)).toThrow('two legs')
})

test('a minimum above the most profitable size is met when that still pays', () => {
  const legs = [
    leg(buyer({ amountMin: '2' }), 'buy', '100:1 102:5', '1000'),
    leg(seller(), 'sell', '102:9', '10'),
  ]
  expect(format(sizedOf(sizeRoute(legs, wide)).legs[0]!.amount)).toBe('2')
})

test('a size whose percentage would fall short is cut back until it does not', () => {
  const legs = [leg(buyer(), 'buy', '100:1 101.5:9', '5000'), leg(seller(), 'sell', '102:50', '50')]
  const all = sizedOf(sizeRoute(legs, wide))
  expect(format(all.legs[0]!.amount)).toBe('10')
  expect(all.netPercent).toBeLessThan(1)
  const enough = sizedOf(sizeRoute(legs, { ...wide, netPercentMin: 1 }))
  expect(enough.netPercent).toBeGreaterThanOrEqual(1)
  expect(enough.netPercent).toBeLessThan(1.0001)
  expect(enough.notional > parseDecimal('150')).toBe(true)
  expect(reasonOf(sizeRoute(legs, { ...wide, netPercentMin: 2 }))).toBe('net below minimum')
})
