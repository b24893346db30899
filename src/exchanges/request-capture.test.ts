import fc from 'fast-check'
import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { format } from '../money.ts'
import { orderCard, orderCards } from './order-cards.ts'
import type { OrderCard } from './orders/order-card.ts'
import { captureRequests, checkOrderCard, movedFields } from './request-capture.ts'

const cards = orderCards.map((card) => [card.venue, card] as const)

test.each(cards)('%s: the installed ccxt sends order requests as reviewed', async (_, card) => {
  expect(await checkOrderCard(card)).toEqual([])
})

test.each(cards)('%s: every digit of amount and price leaves as it was', async (_, card) => {
  const [submit] = await captureRequests(card, 'submit')
  const values = Object.values(submit?.fields ?? {})
  expect(values).toContain('43210.123456789012345678')
  expect(values).toContain('0.000000000000000001')
})

test.each(cards)('%s: a request dies 3 s after it was signed, or sooner', async (_, card) => {
  expect(card.requestLifeMs).toBeLessThanOrEqual(3000)
  const before = Date.now()
  const [submit] = await captureRequests(card, 'submit')
  const { fields, headers } = submit as NonNullable<typeof submit>
  const said = [
    fields['recvWindow'],
    fields['allowMaxTimeWindow'],
    fields['receiveWindow'],
    headers['x-bapi-recv-window'],
  ].find((text) => text !== undefined)
  const until = headers['exptime'] ?? headers['x-gate-exptime']
  const lifeMs = said === undefined ? Number(until) - before : Number(said)
  expect(lifeMs).toBeGreaterThanOrEqual(3000)
  expect(lifeMs).toBeLessThan(said === undefined ? 8000 : 3001)
})

/** How each venue says: at this price or better, at once, and the rest is dropped. */
const limitAtOnce: Record<string, Record<string, string>> = {
  kucoin: { type: 'limit', timeInForce: 'IOC' },
  binance: { type: 'LIMIT', timeInForce: 'IOC' },
  okx: { ordType: 'ioc' },
  bybit: { orderType: 'Limit', timeInForce: 'IOC' },
  bitget: { orderType: 'limit', force: 'ioc' },
  mexc: { type: 'IMMEDIATE_OR_CANCEL' },
  gate: { type: 'limit', time_in_force: 'ioc' },
}

test.each(cards)('%s: A18 no order is a market order, and an amount is always base', (_, card) => {
  const digits = fc.bigInt({ min: 1n, max: 10n ** 30n }).map((value) => format(value))
  fc.assert(
    fc.property(fc.constantFrom('buy', 'sell'), digits, digits, (side, amount, limit) => {
      const order = { clientOrderId: 'ours', marketId: card.sampleMarketId, side, amount, limit }
      const { params } = card.submit(order, 1_700_000_000_000)
      expect(params).toMatchObject(limitAtOnce[card.venue] ?? { nobody: 'reviewed this venue' })
      const values = Object.values(params).map(String)
      expect(values.filter((value) => /market/i.test(value))).toEqual([])
      // The price is there, and the amount is the amount: nothing was multiplied into a sum of money.
      expect(values).toEqual(expect.arrayContaining([amount, limit]))
      expect(Object.keys(params).join(' ')).not.toMatch(/quote|funds|amt$/i)
    }),
  )
})

test('A18 nothing asks ccxt to make an order, of whatever kind', () => {
  const sources = globSync('{src,workers,bots}/**/*.ts').filter(
    (file) => !file.endsWith('.test.ts'),
  )
  expect(sources.length).toBeGreaterThan(100)
  const calls = /\bcreate(Market|Limit|Stop|Trigger)?(Buy|Sell)?Orders?(With\w+|Ws)?\(/
  expect(sources.filter((file) => calls.test(readFileSync(file, 'utf8')))).toEqual([])
})

test('KuCoin signs the very moment that its window is counted from', async () => {
  const [submit] = await captureRequests(orderCard('kucoin') as OrderCard, 'submit')
  expect(submit?.fields['clientTimestamp']).toBe(submit?.headers['kc-api-timestamp'])
})

test('each thing that moved is one sentence', () => {
  const expected = {
    to: 'POST a.example/order',
    fields: { id: 'ours', side: 'buy', signature: '*' },
    headers: { key: 'key' },
  }
  const captured = {
    to: 'POST b.example/order',
    fields: { side: 'sell', signature: '', ticket: '1' },
    headers: { key: 'key' },
  }
  expect(movedFields('venue submit', expected, captured)).toEqual([
    'venue submit: it goes to POST b.example/order instead of POST a.example/order.',
    'venue submit: the field id is gone.',
    'venue submit: the field side is sell instead of buy.',
    'venue submit: the field signature is gone.',
    'venue submit: the field ticket is new.',
  ])
  expect(
    movedFields('venue submit', expected, {
      ...expected,
      fields: { ...expected.fields, signature: 'x' },
    }),
  ).toEqual([])
})

test('A7 a card whose field for our id has another name is found out', async () => {
  const card = orderCard('binance') as OrderCard
  const moved: OrderCard = {
    ...card,
    lookups: ({ marketId }) => [
      { method: 'GET', api: 'private', path: 'order', params: { symbol: marketId } },
    ],
  }
  expect(await checkOrderCard(moved)).toEqual([
    'binance lookup: the field origClientOrderId is gone.',
  ])
})

test('a client that would follow another host is never sent with', async () => {
  const card = orderCard('okx') as OrderCard
  const elsewhere: OrderCard = {
    ...card,
    expected: {
      ...card.expected,
      submit: { ...card.expected.submit, to: 'POST keys.example/api/v5/trade/order' },
    },
  }
  expect(await checkOrderCard(elsewhere)).toContain('okx submit: 0 requests leave instead of one.')
})
