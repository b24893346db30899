import fc from 'fast-check'
import { expect, test } from 'vitest'
import { baseAmount, format } from '../money.ts'
import { testMarket } from '../../test/market.ts'
import { orderCard, orderCards } from './order-cards.ts'
import { parseExactJson } from './exact-json.ts'
import { createOrderReader } from './order-reads.ts'
import type { Ask, OrderCard, OrderReads } from './orders/order-card.ts'

const cards = orderCards.filter(({ reads }) => reads !== undefined)
const market = testMarket('BTC/USDT')

type Way = { readonly sentAtMs: number; readonly receivedAtMs: number; readonly tookMs: number }
const shortWay: Way = { sentAtMs: 0, receivedAtMs: 10, tookMs: 10 }

/** Reads what `answer` says to each request in turn, which took the way that is next in `ways`. */
function readerOf(
  card: OrderCard,
  answer: (ask: Ask) => string,
  status = 200,
  ways: readonly Way[] = [],
) {
  const asked: Ask[] = []
  const reader = createOrderReader({
    card,
    reads: card.reads as OrderReads,
    names: {
      load: async () => undefined,
      idOf: () => card.sampleMarketId,
      symbolOf: () => market.symbol,
      assetOf: (name) => name,
      close: async () => undefined,
    },
    async ask(ask) {
      asked.push(ask)
      const body = answer(ask)
      const way = ways[asked.length - 1] ?? shortWay
      return { outcome: 'answer', status, headers: new Map(), body, ...way }
    },
  })
  return { reader, asked }
}

const ref = { clientOrderId: 'ours', market, side: 'buy', amount: baseAmount('1') } as const

const since = new Date(Date.now() - 60_000)
const fill = (id: number, atMs = Date.now()) => ({
  symbol: 'BTC-USDT',
  tradeId: id,
  orderId: `order${id}`,
  side: 'sell',
  size: '0.1',
  price: '100',
  fee: '0.01',
  feeCurrency: 'USDT',
  createdAt: atMs,
})
const page = (ids: readonly number[], lastId: number) =>
  JSON.stringify({ code: '200000', data: { items: ids.map((id) => fill(id)), lastId } })
const kucoin = orderCard('kucoin') as OrderCard
const ids = (from: number, count: number) => Array.from({ length: count }, (_, k) => from + k)

test('a list of prints is read to its end, and a print that two pages show counts once', async () => {
  const { reader, asked } = readerOf(kucoin, ({ params }) =>
    params['lastId'] === undefined ? page(ids(100, 100), 77) : page(ids(195, 30), 5),
  )
  const fills = await reader.fills(market, since)
  expect(fills.outcome === 'ok' && fills.value.length).toBe(125)
  expect(asked.map(({ params }) => params['lastId'])).toEqual([undefined, '77'])
})

test('half a list is no list: a page that fails fails the read', async () => {
  const { reader } = readerOf(kucoin, ({ params }) =>
    params['lastId'] === undefined ? page(ids(1, 100), 77) : '{"code":"500000","msg":"busy"}',
  )
  expect(await reader.fills(market, since)).toEqual({
    outcome: 'failed',
    reason: 'kucoin: 500000 busy',
  })
})

test('a list that does not go on, or never ends, fails', async () => {
  const stuck = readerOf(kucoin, () => page(ids(1, 100), 77))
  expect((await stuck.reader.fills(market, since)).outcome).toBe('failed')
  let lastId = 0
  const endless = readerOf(kucoin, () => page(ids(1, 100), ++lastId))
  expect((await endless.reader.fills(market, since)).outcome).toBe('failed')
  expect(endless.asked.length).toBeLessThan(60)
})

test('Binance is asked day by day, and by trade id once a day is full', async () => {
  const binance = orderCard('binance') as OrderCard
  const row = (id: number) => ({
    symbol: 'BTCUSDT',
    id,
    orderId: 1,
    price: '100',
    qty: '1',
    commission: '0',
    commissionAsset: 'BNB',
    time: Date.now(),
    isBuyer: true,
  })
  const quiet = readerOf(binance, () => '[]')
  const threeDays = new Date(Date.now() - 2.5 * 86_400_000)
  expect(await quiet.reader.fills(market, threeDays)).toEqual({ outcome: 'ok', value: [] })
  expect(quiet.asked).toHaveLength(3)
  for (const { params } of quiet.asked)
    expect(Number(params['endTime']) - Number(params['startTime'])).toBeLessThan(86_400_000)
  const busy = readerOf(binance, ({ params }) =>
    JSON.stringify(params['fromId'] === undefined ? ids(1, 1000).map(row) : [row(1001)]),
  )
  const fills = await busy.reader.fills(market, since)
  expect(fills.outcome === 'ok' && fills.value.length).toBe(1001)
  expect(busy.asked.map(({ params }) => params['fromId'])).toEqual([undefined, '1001'])
})

test('Bybit is asked in stretches of a week, each to its last page', async () => {
  const { reader, asked } = readerOf(orderCard('bybit') as OrderCard, ({ params }) => {
    const isFirst = params['cursor'] === undefined
    const result = { list: [], nextPageCursor: isFirst ? 'more' : '' }
    return JSON.stringify({ retCode: 0, result })
  })
  const tenDays = new Date(Date.now() - 10 * 86_400_000)
  expect(await reader.fills(market, tenDays)).toEqual({ outcome: 'ok', value: [] })
  expect(asked.map(({ params }) => params['cursor'])).toEqual([
    undefined,
    'more',
    undefined,
    'more',
  ])
})

test('a number keeps the digits that the venue wrote, also without quotes', async () => {
  const body =
    '{"code":"200000","data":[{"currency":"USDT","balance":12345678901234.123456789012345678,"available":"0.1"}]}'
  const balances = await readerOf(kucoin, () => body).reader.balances()
  expect(balances.outcome === 'ok' && format(balances.value[0]?.total ?? 0n)).toBe(
    '12345678901234.123456789012345678',
  )
})

test('an order with a status that nobody has reviewed is not read as some other', async () => {
  const row = {
    instId: 'BTC-USDT',
    ordId: '7',
    clOrdId: 'ours',
    side: 'buy',
    sz: '1',
    accFillSz: '0',
  }
  const of = (state: string) =>
    readerOf(orderCard('okx') as OrderCard, () =>
      JSON.stringify({ code: '0', data: [{ ...row, state }] }),
    ).reader.lookup(ref)
  expect((await of('filled')).outcome).toBe('ok')
  expect(await of('constructor')).toEqual({
    outcome: 'failed',
    reason: 'okx: a row has the unknown status "constructor"',
  })
})

test('B10 an order whose amount was changed at the venue is ours by the id that the venue gave it', async () => {
  const row = { instId: 'BTC-USDT', ordId: '7', clOrdId: 'ours', side: 'buy', sz: '2' }
  const data = [{ ...row, accFillSz: '0.5', state: 'canceled' }]
  const { reader } = readerOf(orderCard('okx') as OrderCard, () =>
    JSON.stringify({ code: '0', data }),
  )
  expect(await reader.lookup({ ...ref, orderId: '7' })).toMatchObject({
    outcome: 'ok',
    value: { state: 'cancelled', amount: baseAmount('2'), filled: baseAmount('0.5') },
  })
  expect((await reader.lookup({ ...ref, orderId: '8' })).outcome).toBe('failed')
  expect((await reader.lookup(ref)).outcome).toBe('failed')
})

test('KuCoin is asked for its open orders market by market, the others in one go', async () => {
  const kucoinsOwn = readerOf(kucoin, ({ path }) =>
    path.endsWith('symbols')
      ? '{"code":"200000","data":{"symbols":["BTC-USDT","ETH-USDT"]}}'
      : '{"code":"200000","data":[]}',
  )
  expect(await kucoinsOwn.reader.accountOrders()).toEqual({ outcome: 'ok', value: [] })
  expect(kucoinsOwn.asked.map(({ params }) => params['symbol'])).toEqual([
    undefined,
    'BTC-USDT',
    'ETH-USDT',
  ])
  const okx = readerOf(orderCard('okx') as OrderCard, () => '{"code":"0","data":[]}')
  expect(await okx.reader.accountOrders()).toEqual({ outcome: 'ok', value: [] })
  expect(okx.asked.map(({ params }) => params['instId'])).toEqual([undefined])
  const away = readerOf(kucoin, () => '{"code":"500000","msg":"busy"}')
  expect((await away.reader.accountOrders()).outcome).toBe('failed')
})

/** An order that met another one of ours, and was ended by the venue after a part of it had filled. */
const metOurself: Record<string, object> = {
  kucoin: { id: '7', clientOid: 'c1', symbol: 'BTC-USDT', side: 'buy', size: '3', dealSize: '1' },
  binance: { orderId: 7, clientOrderId: 'c1', symbol: 'BTCUSDT', side: 'BUY', origQty: '3' },
  okx: { ordId: '7', clOrdId: 'c1', instId: 'BTC-USDT', side: 'buy', sz: '3', accFillSz: '1' },
  bybit: { orderId: '7', orderLinkId: 'c1', symbol: 'BTCUSDT', side: 'Buy', qty: '3' },
  bitget: { orderId: '7', clientOid: 'c1', symbol: 'BTCUSDT', side: 'buy', size: '3' },
}
/** What each venue's self-trade prevention leaves in the row. */
const endedByVenue: Record<string, readonly object[]> = {
  kucoin: [{ active: false, cancelExist: true, stp: 'CN' }],
  binance: [{ status: 'EXPIRED_IN_MATCH', executedQty: '1' }],
  okx: [{ state: 'canceled', cancelSource: '33', stpMode: 'cancel_taker' }],
  bybit: [
    { orderStatus: 'PartiallyFilledCanceled', cumExecQty: '1', cancelType: 'CancelBySmp' },
    { orderStatus: 'Cancelled', cumExecQty: '1', cancelType: 'CancelBySmp' },
  ],
  bitget: [{ status: 'cancelled', baseVolume: '1', cancelReason: 'stp_cancel' }],
}

test.each(cards.map((card) => [card.venue, card] as const))(
  '%s: A17 an order ended because it met our own is over, with what it got',
  (venue, card) => {
    const ends = endedByVenue[venue] ?? []
    expect(ends).not.toEqual([])
    for (const end of ends) {
      const row = JSON.stringify({ ...metOurself[venue], ...end })
      const read = card.reads?.orderRow(parseExactJson(row) ?? null)
      expect(read).toMatchObject({ state: 'cancelled', filled: baseAmount('1') })
      expect(read?.amount).toBe(baseAmount('3'))
    }
  },
)

test('whatever a venue answers, a read is a value, and what it holds is whole', async () => {
  const body = fc.oneof(
    fc.string(),
    fc.json(),
    fc.jsonValue().map((data) => JSON.stringify({ code: '200000', data })),
    fc.jsonValue().map((data) => JSON.stringify({ code: '0', data: [data] })),
    fc.jsonValue().map((data) => JSON.stringify({ code: '00000', data: [data] })),
    fc.jsonValue().map((list) => JSON.stringify({ retCode: 0, result: { list: [list] } })),
  )
  const status = fc.constantFrom(200, 400, 404, 500)
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...cards), body, status, async (card, text, code) => {
      const { reader } = readerOf(card, () => text, code)
      const reads = [
        reader.lookup(ref),
        reader.openOrders(market),
        reader.fills(market, since),
        reader.balances(),
        reader.accountOrders(),
        reader.orderById(market, 'order1'),
        reader.clockOffset(),
      ]
      for (const { outcome } of await Promise.all(reads))
        expect(['ok', 'failed']).toContain(outcome)
      const found = await reader.lookup(ref)
      // Nothing that was made up has our id, our side and our amount.
      if (found.outcome === 'ok') expect(found.value).toBeUndefined()
    }),
    { numRuns: 800 },
  )
})

/** Whether five readings at most of a clock that is `offsetMs` off, each on its way, find out how far. */
function clockOf(offsetMs: number, ways: readonly (Way & { readonly seenAtMs: number })[]) {
  const says = ways.map(({ seenAtMs }) => seenAtMs + offsetMs)
  let turn = 0
  const { reader, asked } = readerOf(
    kucoin,
    () => JSON.stringify({ code: '200000', data: says[turn++] ?? says.at(-1) }),
    200,
    ways,
  )
  return { asked, read: reader.clockOffset() }
}
/** A way that took so long, the venue looking at its clock at the very end of it. */
const longWay = (tookMs: number) => ({
  sentAtMs: 0,
  receivedAtMs: tookMs,
  tookMs,
  seenAtMs: tookMs,
})

test('A14 a clock is read again until it is known well enough, and no oftener', async () => {
  const quick = clockOf(0, [longWay(8)])
  expect(await quick.read).toEqual({ outcome: 'ok', value: { offsetMs: 4, errorMs: 4 } })
  expect(quick.asked).toHaveLength(1)
  const stopped = clockOf(0, [longWay(5000), longWay(8)])
  expect(await stopped.read).toEqual({ outcome: 'ok', value: { offsetMs: 4, errorMs: 4 } })
  expect(stopped.asked).toHaveLength(2)
})

test('A14 a process stopped on the way says how little it knows, not that a clock is off', async () => {
  const always = clockOf(
    0,
    Array.from({ length: 5 }, () => longWay(5000)),
  )
  const reading = await always.read
  expect(reading).toEqual({ outcome: 'ok', value: { offsetMs: 2500, errorMs: 2500 } })
  expect(always.asked).toHaveLength(5)
  // What is off by far is known to be off all the same.
  expect(
    await clockOf(
      60_000,
      Array.from({ length: 5 }, () => longWay(2000)),
    ).read,
  ).toEqual({
    outcome: 'ok',
    value: { offsetMs: 61_000, errorMs: 1000 },
  })
})

test('A14 F12 a reading during which our own clock was set tells nothing', async () => {
  const turned = { sentAtMs: 0, receivedAtMs: -59_990, tookMs: 10, seenAtMs: 5 }
  const once = clockOf(0, [turned, longWay(8)])
  expect(await once.read).toEqual({ outcome: 'ok', value: { offsetMs: 4, errorMs: 4 } })
  expect(
    await clockOf(
      0,
      Array.from({ length: 5 }, () => turned),
    ).read,
  ).toMatchObject({
    outcome: 'failed',
    reason: expect.stringContaining('our own clock was turned on the way'),
  })
})
