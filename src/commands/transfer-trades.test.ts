import { afterAll, beforeAll, expect, test } from 'vitest'
import { cardIn, openTestDesk, textOf, type TestDesk } from '../../test/desk.ts'
import { testMarket } from '../../test/market.ts'
import { baseAmount, parseDecimal, rate } from '../money.ts'

let desk: TestDesk
const gates = { deposit: 'open', withdraw: 'open' } as const
const networkOf = (network: string, fee: string, contract: string) => ({
  network,
  ...gates,
  contract,
  withdrawFee: parseDecimal(fee),
  withdrawMin: parseDecimal('1'),
})

beforeAll(async () => {
  desk = await openTestDesk()
  const { markets, history } = desk.desk
  const now = Math.floor(Date.now() / 60_000) * 60_000
  const takerFee = { rate: rate('0.001'), source: 'market', paidIn: 'received' } as const
  const middles = { okx: 2, kucoin: 2.06 }
  for (const [venue, middle] of Object.entries(middles)) {
    const market = testMarket('XRP/USDT', { venue, takerFee, amountStep: baseAmount('0.1') })
    const assets = [
      { venue, asset: 'XRP', ...gates, networks: [networkOf('XRP', '0.1', '0xaa')] },
      { venue, asset: 'USDT', ...gates, networks: [networkOf('TRC20', '0.5', '0xbb')] },
    ]
    await markets.saveListing(venue, [market], assets)
    await history.addPrices(
      Array.from({ length: 40 }, (_, i) => ({
        venue,
        symbol: 'XRP/USDT',
        minute: new Date(now - i * 60_000),
        bid: middle * (i % 2 === 0 ? 0.999 : 1.001),
        ask: middle * (i % 2 === 0 ? 1.001 : 1.003),
      })),
    )
  }
})
afterAll(() => desk.close())

const asked = 'opportunities --kind transfer'

test('trades that buy, send and sell are off until somebody asks for them', async () => {
  const reply = await desk.say(asked)
  expect(reply.outcome === 'answered' ? '' : reply.message).toContain('opportunity.transfer true')
})

test('one is shown with fee, time, price risk and the way back, and is no question to anybody', async () => {
  await desk.say('settings set opportunity.transfer true')
  const reply = await desk.say(asked)
  expect(cardIn(reply).title).toBe('Transfer trades: one would pay at 100 USDT')
  expect(cardIn(reply).json).toMatchObject({
    shown_only: true,
    trades: [
      {
        symbol: 'XRP/USDT',
        buy: 'okx',
        sell: 'kucoin',
        network: 'XRP',
        fee: '0.1',
        minutes: 3,
        back: { coin: 'USDT', network: 'TRC20', cost_usdt: 0.5, minutes: 3 },
        minutes_both_ways: 6,
      },
    ],
  })
  const { trades } = cardIn(reply).json as { trades: { net: string; risk_usdt: number }[] }
  // 49.9 XRP at 2.002, 0.1 for the way, 49.8 at 2.05794, two taker fees, 0.5 USDT for the way back.
  expect(trades[0]?.net).toBe('1.883226788')
  // 0.2 % a minute over three minutes.
  expect(trades[0]?.risk_usdt).toBeCloseTo(102.2 * Math.log(1.002) * Math.sqrt(3), 1)
  expect(textOf(reply)).toContain('Shown only: nobody is asked and nothing is traded.')
  expect(await desk.desk.approvals.countOpportunities({ sinceMs: 3_600_000 })).toBe(0)
})

test('D4: a way that is shut at either end is no trade, and prepared money elsewhere is untouched', async () => {
  const { markets } = desk.desk
  const shut = { ...networkOf('XRP', '0.1', '0xaa'), deposit: 'shut' as const }
  const listed = (await markets.markets(['kucoin'])).filter(({ symbol }) => symbol === 'XRP/USDT')
  await markets.saveListing('kucoin', listed, [
    { venue: 'kucoin', asset: 'XRP', deposit: 'shut', withdraw: 'open', networks: [shut] },
  ])
  const reply = await desk.say(asked)
  expect(cardIn(reply)).toMatchObject({ title: 'Transfer trades: none pays at 100 USDT' })
  expect(cardIn(reply).json).toEqual({ shown_only: true, trades: [] })
})
