import { afterAll, beforeAll, expect, test } from 'vitest'
import { ann, cardIn, openTestDesk, textOf, type TestDesk } from '../../test/desk.ts'
import { testMarket } from '../../test/market.ts'
import { baseAmount, parseDecimal, rate } from '../money.ts'

let desk: TestDesk
beforeAll(async () => {
  desk = await openTestDesk()
  const { markets, history, trades } = desk.desk
  const minute = new Date(Math.floor(Date.now() / 60_000) * 60_000)
  const network = {
    network: 'XRP',
    deposit: 'open' as const,
    withdraw: 'open' as const,
    withdrawFee: parseDecimal('0.01'),
    withdrawMin: parseDecimal('1'),
  }
  const takerFee = { rate: rate('0.001'), source: 'market', paidIn: 'received' } as const
  for (const venue of ['okx', 'kucoin']) {
    const listed = testMarket('XRP/USDT', { venue, amountStep: baseAmount('0.0001'), takerFee })
    const open = { deposit: 'open', withdraw: 'open', networks: [network] } as const
    await markets.saveListing(venue, [listed], [{ venue, asset: 'XRP', ...open }])
    await history.addPrices([{ venue, symbol: 'XRP/USDT', minute, bid: 1.9999, ask: 2.0001 }])
    await trades.declareBalances([
      { venue, asset: 'USDT', free: parseDecimal('1000') },
      { venue, asset: 'XRP', free: parseDecimal(venue === 'okx' ? '100' : '0') },
    ])
  }
  await markets.saveValues(new Map([['XRP', 2]]))
})
afterAll(() => desk.close())

const jsonOf = async (line: string) => cardIn(await desk.say(line)).json
const failureOf = async (line: string, actor = ann) => {
  const reply = await desk.say(line, actor)
  return reply.outcome === 'answered' ? 'answered' : reply.message
}
const set = (key: string, value: string) => desk.say(`settings set ${key} ${value}`)

test('a step is sent only with transfers on, within the caps, by an operator, and typed to the letter', async () => {
  expect(await jsonOf('rebalance')).toMatchObject({ steps: [{ kind: 'transfer', received: '50' }] })
  expect(await failureOf('rebalance send 1')).toContain('Transfers are switched off')
  await set('transfer.enabled', 'true')
  await set('transfer.usdt_max', '50')
  expect(await failureOf('rebalance send 1')).toContain('transfer.usdt_max allows 50')
  await set('transfer.usdt_max', '200')
  await set('transfer.day_usdt_max', '90')
  expect(await failureOf('rebalance send 1')).toContain('transfer.day_usdt_max allows 90')
  await set('transfer.day_usdt_max', '500')
  expect(await failureOf('rebalance send 7')).toContain('Say which step to send: 1')
  const trader = { ...ann, name: 'bob', role: 'trader' } as const
  expect(await failureOf('rebalance send 1', trader)).not.toBe('answered')
  expect(await jsonOf('rebalance send 1')).toEqual({ done: false, type: 'SEND 50 XRP TO kucoin' })
  expect(await failureOf('rebalance send 1 SEND 500 XRP TO kucoin')).toContain(
    'nothing has changed',
  )
  expect(await desk.desk.transfers.list({ limit: 5 })).toEqual([])
})

test('D1: what was asked for is set aside, is planned once, and is shown wherever money is', async () => {
  const sent = await jsonOf('rebalance send 1 SEND 50 XRP TO kucoin')
  expect(sent).toMatchObject({ done: true, amount: '50', fee: '0.01', from: 'okx', to: 'kucoin' })
  const { transfer: id } = sent as { transfer: string }
  expect(textOf(await desk.say('transfers'))).toContain(
    `${id} 50 XRP okx → kucoin XRP 0.01 XRP requested`,
  )
  // As it will be once that has arrived.
  expect(await jsonOf('rebalance')).toMatchObject({ steps: [] })
  const { transfers } = desk.runtime
  const caps = { usdtMax: 200, dayUsdtMax: 500 }
  await transfers.leave(id, { outcome: 'ready', to: { address: 'rAddress', memo: '7' }, caps })
  await transfers.observe(id, {
    kind: 'answered',
    answer: { kind: 'yes', withdrawalId: 'w1' },
  })
  expect(await jsonOf('rebalance')).toMatchObject({ steps: [] })
  const moving = `In transit and free nowhere: 50 XRP from okx to kucoin (transfer ${id}).`
  for (const line of ['balances', 'inventory', 'risk'])
    expect(textOf(await desk.say(line)), line).toContain(moving)
  expect(cardIn(await desk.say('risk')).title).toContain('Risk: 1 transfer in transit')
  expect(await jsonOf('balances okx')).toMatchObject({
    in_transit: [{ id, asset: 'XRP', amount: '50', state: 'in-transit' }],
    venues: [{ assets: [{ asset: 'USDT' }, { asset: 'XRP', free: '49.99', reserved: '0' }] }],
  })
  expect(await jsonOf('risk')).toMatchObject({
    limits: expect.arrayContaining([
      { setting: 'transfer.day_usdt_max', used: 100.02, most: 500, reached: false },
    ]) as unknown,
  })
})

test('what a transfer costs is in the arbitrage line, and what is on its way is not lost', async () => {
  // 0.01 XRP at the ask: it would have to be bought again.
  expect(await jsonOf('profit')).toMatchObject({
    arbitrage: { currency: 'USDT', amount: '-0.020001' },
    inventory: { amount: '0' },
  })
})

test('D6: an unknown one can be declared absent, by an operator and with a typed word', async () => {
  const { transfers } = desk.runtime
  const [first] = await transfers.list({ limit: 1 })
  const order = {
    ...first?.order,
    id: 'second',
    amount: parseDecimal('10'),
    requestedAt: new Date(),
  } as never
  await transfers.request(order)
  expect(await failureOf('transfers absent second')).toContain('is not unknown')
  await transfers.leave('second', {
    outcome: 'ready',
    to: { address: 'x', memo: '7' },
    caps: { usdtMax: 500, dayUsdtMax: 500 },
  })
  await transfers.observe('second', {
    kind: 'answered',
    answer: { kind: 'silence', reason: 'okx: no complete answer within 10000 ms' },
  })
  const shown = textOf(await desk.say('transfers'))
  expect(shown).toContain('UNKNOWN')
  expect(shown).toContain('second: okx: no complete answer within 10000 ms.')
  expect(await jsonOf('transfers absent second')).toEqual({ done: false, type: 'ABSENT' })
  expect(await jsonOf('transfers absent second ABSENT')).toEqual({
    transfer: 'second',
    state: 'rejected',
  })
})

test('what nobody sends in time is free again', async () => {
  const { transfers, trades } = desk.runtime
  const [first] = await transfers.list({ limit: 1 })
  const before = await trades.balances()
  const late = {
    ...first?.order,
    id: 'third',
    amount: parseDecimal('10'),
    expiresAt: new Date(Date.now() - 1),
  } as never
  expect(await transfers.request(late)).toEqual({ outcome: 'requested' })
  await transfers.expire()
  expect((await transfers.find('third'))?.state).toBe('rejected')
  expect(await trades.balances()).toEqual(before)
})
