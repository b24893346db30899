import { afterEach, beforeEach, expect, test } from 'vitest'
import { cardIn, openTestDesk, textOf, type TestDesk } from '../../test/desk.ts'
import { testMarket } from '../../test/market.ts'
import { testLeg } from '../../test/opportunities.ts'
import { makePastTrades } from '../../test/past-trades.ts'
import type { AssetNetwork, VenueAsset } from '../market/asset.ts'
import { baseAmount, parseDecimal, price } from '../money.ts'

let desk: TestDesk
beforeEach(async () => {
  desk = await openTestDesk()
})
afterEach(() => desk.close())

const jsonOf = async (line: string) => cardIn(await desk.say(line)).json

const networkOf = (network: string, fee: string, more: Partial<AssetNetwork> = {}) => ({
  network,
  deposit: 'open' as const,
  withdraw: 'open' as const,
  withdrawFee: parseDecimal(fee),
  withdrawMin: parseDecimal(fee) * 2n,
  ...more,
})
const assetOf = (venue: string, asset: string, networks: readonly AssetNetwork[]): VenueAsset => ({
  venue,
  asset,
  deposit: 'open',
  withdraw: 'open',
  networks,
})
const symbols = ['BTC/USDT', 'XRP/USDT']

/** Two venues that trade BTC and XRP; one has all the BTC, and both have the same USDT. */
async function seed({ okx, kucoin }: Record<'okx' | 'kucoin', readonly VenueAsset[]>) {
  const { markets, history, trades } = desk.desk
  const minute = new Date(Math.floor(Date.now() / 60_000) * 60_000)
  for (const [venue, assets] of Object.entries({ okx, kucoin })) {
    const listed = symbols.map((symbol) =>
      testMarket(symbol, { venue, amountStep: baseAmount('0.0001'), amountMin: baseAmount('0') }),
    )
    await markets.saveListing(venue, listed, assets)
    await history.addPrices([
      { venue, symbol: 'BTC/USDT', minute, bid: 99_990, ask: 100_010 },
      { venue, symbol: 'XRP/USDT', minute, bid: 1.9999, ask: 2.0001 },
    ])
    await trades.declareBalances([
      { venue, asset: 'USDT', free: parseDecimal('1000') },
      { venue, asset: 'BTC', free: parseDecimal(venue === 'okx' ? '0.02' : '0') },
    ])
  }
  await markets.saveValues(
    new Map([
      ['BTC', 100_000],
      ['XRP', 2],
    ]),
  )
}

const btc = (venue: string, fee: string, more: Partial<AssetNetwork> = {}) =>
  assetOf(venue, 'BTC', [networkOf('BTC', fee, more)])
const xrp = (venue: string) => assetOf(venue, 'XRP', [networkOf('XRP', '0.1')])

test('what is outside its band is sent, with network, fee, wait and what pays for it', async () => {
  await seed({ okx: [btc('okx', '0.00001')], kucoin: [btc('kucoin', '0.00001')] })
  const reply = await desk.say('rebalance')
  expect(cardIn(reply).title).toBe('Rebalance: one step for 1 USDT, about 22 min')
  expect(cardIn(reply).json).toEqual({
    steps: [
      {
        kind: 'transfer',
        asset: 'BTC',
        from: 'okx',
        to: 'kucoin',
        network: 'BTC',
        sent: '0.01001',
        received: '0.01',
        fee: '0.00001',
        min: '0.00002',
        minutes: 22,
        minutes_from: 'estimate',
        status: 'open',
        cost_usdt: 1,
      },
    ],
    cost_usdt: 1,
    minutes: 22,
    outside_usdt: 1600,
    outside_after_usdt: 0,
    break_even_trades: null,
    net_usdt_average: null,
    left: [],
    proved_cheapest: true,
  })
  const text = textOf(reply)
  expect(text).toContain(
    '1 send 0.01001 BTC okx → kucoin BTC 0.00001 BTC (1 USDT) 0.00002 22 min (estimate) open',
  )
  expect(text).toContain('Nothing is moved by this')
  expect(text).toContain('Chat alone can never withdraw.')

  await makePastTrades(desk.runtime.config.databaseUrl?.reveal() ?? '', desk.runtime, [
    {
      net: '0.3',
      endedAt: new Date(),
      opportunity: {
        venues: ['kucoin', 'okx'],
        legs: [
          testLeg('kucoin', 'BTC/USDT', 'buy', baseAmount('0.00001'), price('100000')),
          testLeg('okx', 'BTC/USDT', 'sell', baseAmount('0.00001'), price('100000')),
        ],
      },
    },
  ])
  expect(await jsonOf('rebalance')).toMatchObject({ break_even_trades: 4, net_usdt_average: 0.3 })
  expect(textOf(await desk.say('rebalance'))).toContain('paid for itself after 4 trades')
})

test('a coin that is dear to send is sold, carried by a cheap one that nobody holds, and bought', async () => {
  await seed({
    okx: [btc('okx', '0.0004'), xrp('okx')],
    kucoin: [btc('kucoin', '0.0004'), xrp('kucoin')],
  })
  const { steps } = (await jsonOf('rebalance')) as { steps: { asset?: string; symbol?: string }[] }
  expect(steps.map(({ asset, symbol }) => asset ?? symbol)).toContain('XRP')
  expect(steps.map(({ asset, symbol }) => asset ?? symbol)).not.toContain('BTC')
  expect(textOf(await desk.say('rebalance'))).toContain('1 sell BTC/USDT okx')
})

test('D4 a shut wallet leaves the coin where it is, and the card says which', async () => {
  await seed({ okx: [btc('okx', '0.00001', { withdraw: 'shut' })], kucoin: [btc('kucoin', '0')] })
  await desk.say('settings set inventory.cost_percent_max 0.01')
  const reply = await desk.say('rebalance')
  expect(cardIn(reply)).toMatchObject({
    title: 'Rebalance: nothing that is outside its band can be brought back',
    tone: 'warning',
    json: {
      steps: [],
      left: [
        { asset: 'BTC', venue: 'kucoin', reason: 'okx has shut withdrawals' },
        { asset: 'BTC', venue: 'okx', reason: 'okx has shut withdrawals' },
      ],
    },
  })
})

test('a venue that tells nothing may receive, and the card says to look first', async () => {
  await seed({ okx: [btc('okx', '0.00001')], kucoin: [] })
  const reply = await desk.say('rebalance')
  expect(cardIn(reply).json).toMatchObject({ steps: [{ kind: 'transfer', status: 'unknown' }] })
  expect(textOf(reply)).toContain('look before you send')
})

test('two coins of one ticker have no band and are never sent to each other', async () => {
  const coin = (venue: string, contract: string) =>
    assetOf(venue, 'BTC', [networkOf('ERC20', '0.00001', { contract })])
  await seed({ okx: [coin('okx', '0xaaaaaaaa')], kucoin: [coin('kucoin', '0xbbbbbbbb')] })
  expect(cardIn(await desk.say('rebalance'))).toMatchObject({
    title: 'Rebalance: every coin is within its band',
    json: { steps: [], left: [] },
  })
  const reply = await desk.say('inventory BTC')
  expect(textOf(reply)).toContain('Not one coin on all venues, so without a band: BTC.')
  expect(cardIn(reply).json).toMatchObject({
    coins: [{ venues: [{ venue: 'okx', band_percent: null, state: null }] }],
  })
})

test('a target of its own is a band of its own, and what meets it needs no plan', async () => {
  await seed({ okx: [btc('okx', '0.00001')], kucoin: [] })
  await desk.say(`settings set inventory.target_percent '{"BTC": {"okx": 100}}'`)
  expect(await jsonOf('rebalance')).toMatchObject({ steps: [], left: [], outside_usdt: 0 })
  expect(textOf(await desk.say('inventory btc'))).toContain('BTC okx 0.02 100 % 90 to 100 % within')
})

test('with nothing held there is nothing to plan, and nothing is promised', async () => {
  const reply = await desk.say('rebalance')
  expect(cardIn(reply)).toMatchObject({
    title: 'Rebalance: nothing is held yet',
    tone: 'neutral',
    json: { steps: [], cost_usdt: 0 },
  })
  expect(textOf(reply)).toContain('Nothing is moved by this')
})
