import fc from 'fast-check'
import { expect, test } from 'vitest'
import { classifySubmission } from './classify-submission.ts'
import { orderCards } from './order-cards.ts'
import type { WireEnd } from './order-wire.ts'
import type { OrderCard } from './orders/order-card.ts'

const sentId = 'ours1'

const answer = (status: number, body: unknown): WireEnd => ({
  outcome: 'answer',
  status,
  headers: new Map(),
  body: typeof body === 'string' ? body : JSON.stringify(body),
  sentAtMs: 0,
  receivedAtMs: 0,
  tookMs: 0,
})

/** How each venue says yes, and how it says a code. */
const speech: Record<string, { yes: unknown; no: (code: string, message: string) => unknown }> = {
  kucoin: {
    yes: { code: '200000', data: { orderId: '670fd33bf9406e0007ab3945', clientOid: sentId } },
    no: (code, msg) => ({ code, msg }),
  },
  binance: {
    yes: { symbol: 'BTCUSDT', orderId: 28, orderListId: -1, clientOrderId: sentId },
    no: (code, msg) => ({ code: /^-?\d+$/.test(code) ? Number(code) : code, msg }),
  },
  okx: {
    yes: {
      code: '0',
      msg: '',
      data: [{ ordId: '312269865356374016', clOrdId: sentId, sCode: '0' }],
    },
    no: (code, sMsg) => ({
      code: '1',
      msg: '',
      data: [{ ordId: '', clOrdId: sentId, sCode: code, sMsg }],
    }),
  },
  bybit: {
    yes: {
      retCode: 0,
      retMsg: 'OK',
      result: { orderId: '1321003749386327552', orderLinkId: sentId },
    },
    no: (code, retMsg) => ({
      retCode: /^\d+$/.test(code) ? Number(code) : code,
      retMsg,
      result: {},
    }),
  },
  bitget: {
    yes: { code: '00000', msg: 'success', data: { orderId: '1001', clientOid: sentId } },
    no: (code, msg) => ({ code, msg, data: null }),
  },
  mexc: {
    yes: { symbol: 'BTCUSDT', orderId: 'C02__443776347957968896088' },
    no: (code, msg) => ({ code: /^-?\d+$/.test(code) ? Number(code) : code, msg }),
  },
  gate: {
    yes: { id: '12332324', text: sentId, status: 'open' },
    no: (label, message) => ({ label, message }),
  },
}
const speechOf = (card: OrderCard) => speech[card.venue] as NonNullable<(typeof speech)[string]>

/** A message under which a listed code counts. */
const saying = (says: RegExp | undefined): string => {
  const words = [
    '',
    'Filter failure: LOT_SIZE',
    'Account has insufficient balance for requested action.',
    'Duplicate order sent.',
    'Order size increment invalid',
  ]
  return words.find((text) => says === undefined || says.test(text)) ?? 'no words for it'
}

const cards = orderCards.map((card) => [card.venue, card] as const)
const classify = (card: OrderCard, end: WireEnd) => classifySubmission(card, sentId, end)

test.each(cards)('%s: accepted is what has an order id, and nothing less', (_, card) => {
  const { yes } = speechOf(card)
  expect(classify(card, answer(200, yes)).outcome).toBe('accepted')
  const without = JSON.stringify(yes).replaceAll(/"(orderId|ordId|id)":("[^"]*"|\d+)/g, '"$1":""')
  expect(classify(card, answer(200, without)).outcome).toBe('unknown')
  expect(classify(card, answer(404, yes)).outcome).toBe('unknown')
  expect(classify(card, answer(502, yes)).outcome).toBe('unknown')
})

test.each(cards.filter(([venue]) => venue !== 'mexc'))(
  '%s: A7 the acceptance of another order is no acceptance of ours',
  (_, card) => {
    const others = JSON.stringify(speechOf(card).yes).replaceAll(sentId, 'theirs')
    expect(classify(card, answer(200, others)).outcome).toBe('unknown')
  },
)

test('A7 the refusal of another order is no refusal of ours, where the venue says whose it is', () => {
  const okx = orderCards.find(({ venue }) => venue === 'okx') as OrderCard
  const { no } = speechOf(okx)
  expect(classify(okx, answer(200, no('51008', 'no money'))).outcome).toBe('rejected')
  const others = JSON.stringify(no('51008', 'no money')).replaceAll(sentId, 'theirs')
  expect(classify(okx, answer(200, others)).outcome).toBe('unknown')
})

test.each(cards)('%s: A12 A13 A14 each reviewed code is a definite no', (_, card) => {
  for (const { code, says } of card.refusals)
    expect(classify(card, answer(400, speechOf(card).no(code, saying(says))))).toMatchObject({
      outcome: 'rejected',
      code,
    })
})

test.each(cards)('%s: A8 a duplicate id is looked up, never taken for a no', (_, card) => {
  for (const { code, says } of card.duplicates)
    expect(classify(card, answer(400, speechOf(card).no(code, saying(says)))).outcome).toBe(
      'duplicate',
    )
  for (const { code } of card.refusals) {
    const said = classify(card, answer(400, speechOf(card).no(code, 'clOrdId is duplicated')))
    expect(said.outcome).not.toBe('rejected')
  }
})

test.each(cards)(
  '%s: A5 a gateway that gave up says nothing, even in the words of a reviewed no',
  (_, card) => {
    const { no } = speechOf(card)
    const [refusal] = card.refusals as readonly [(typeof card.refusals)[number]]
    const body = no(refusal.code, saying(refusal.says))
    expect(classify(card, answer(499, body)).outcome).toBe('rejected')
    for (const status of [500, 502, 503, 504])
      expect(classify(card, answer(status, body))).toEqual({
        outcome: 'unknown',
        reason: expect.stringMatching(
          new RegExp(`^${card.venue}: HTTP ${status} \\([0-9a-f]{12}\\)$`),
        ) as string,
      })
  },
)

test.each(cards)(
  '%s: what an answer becomes names the order, the code and the words',
  (_, card) => {
    const { yes, no } = speechOf(card)
    const [refusal] = card.refusals as readonly [(typeof card.refusals)[number]]
    const id = /"(?:orderId|ordId|id)":"?(\w+)/.exec(JSON.stringify(yes))?.[1]
    expect(classify(card, answer(200, yes))).toEqual({ outcome: 'accepted', orderId: id })
    expect(classify(card, answer(299, yes)).outcome).toBe('accepted')
    expect(classify(card, answer(300, yes))).toEqual({
      outcome: 'unknown',
      reason: `${card.venue}: HTTP 300 with the words of a success`,
    })
    const words = saying(refusal.says)
    expect(classify(card, answer(400, no(refusal.code, words)))).toMatchObject({
      outcome: 'rejected',
      reason: expect.stringContaining(`${card.venue}: ${refusal.code} ${words}`.trim()) as string,
    })
    expect(classify(card, { outcome: 'silence', neverSent: true, reason: 'no route' })).toEqual({
      outcome: 'void',
      reason: `${card.venue}: no route`,
    })
  },
)

test('okx: a no to the whole request counts like one to the order in it', () => {
  const okx = orderCards.find(({ venue }) => venue === 'okx') as OrderCard
  const said = (body: unknown) => classify(okx, answer(200, body))
  expect(said({ code: '50011', msg: 'Too Many Requests', data: [] })).toMatchObject({
    outcome: 'rejected',
    code: '50011',
    reason: expect.stringContaining('okx: 50011 Too Many Requests') as string,
  })
  for (const body of [{ code: '0', msg: '' }, { code: '', msg: '' }, { msg: 'no' }, { code: '1' }])
    expect(said(body).outcome).toBe('unknown')
})

test('A9 too many requests are a no only where the venue says so itself', () => {
  const of = (venue: string) => orderCards.find((card) => card.venue === venue) as OrderCard
  const { no } = speech['binance'] as (typeof speech)[string] & object
  expect(classify(of('binance'), answer(429, no('-1003', 'slow down'))).outcome).toBe('rejected')
  expect(classify(of('binance'), answer(429, '<html>429</html>')).outcome).toBe('unknown')
  expect(classify(of('bybit'), answer(403, 'access too frequent')).outcome).toBe('unknown')
})

test('A4 a venue that does not know itself what it did leaves the order unknown', () => {
  const [, binance] = cards[1] as (typeof cards)[number]
  for (const code of ['-1000', '-1001', '-1006', '-1007'])
    expect(
      classify(binance, answer(400, speechOf(binance).no(code, 'status unknown'))).outcome,
    ).toBe('unknown')
})

test.each(cards)('%s: A5 pages, fragments and silence leave the order unknown', (_, card) => {
  const bodies = [
    '',
    ' ',
    'null',
    '0',
    '[]',
    '{}',
    '{"code":',
    '<html></html>',
    '"ok"',
    '[[[',
    '{"data":{}}',
  ]
  for (const body of bodies)
    for (const status of [200, 201, 302, 400, 403, 404, 408, 409, 418, 429, 500, 503, 504])
      expect(classify(card, answer(status, body)).outcome).toBe('unknown')
})

test('only a transport that proves it makes a failed submit void', () => {
  const [, card] = cards[0] as (typeof cards)[number]
  const silence = (neverSent: boolean): WireEnd => ({ outcome: 'silence', neverSent, reason: 'x' })
  expect(classify(card, silence(true)).outcome).toBe('void')
  expect(classify(card, silence(false)).outcome).toBe('unknown')
})

const statuses = fc.integer({ min: 100, max: 599 })
const anyCard = fc.constantFrom(...orderCards)

test('no code outside the reviewed list is ever a no', () => {
  const listed = new Set(orderCards.flatMap(({ refusals }) => refusals.map(({ code }) => code)))
  const strange = fc
    .oneof(fc.integer({ min: -999_999, max: 999_999 }).map(String), fc.string({ maxLength: 12 }))
    .filter((code) => !listed.has(code))
  fc.assert(
    fc.property(anyCard, strange, fc.string(), statuses, (card, code, message, status) => {
      const said = classify(card, answer(status, speechOf(card).no(code, message)))
      expect(said.outcome).not.toBe('rejected')
    }),
    { numRuns: 2000 },
  )
})

test('a mutated acceptance is never a no, and a mutated refusal never an acceptance', () => {
  const cut = fc.tuple(fc.nat(200), fc.nat(6), fc.string({ maxLength: 6 }))
  const mutate = (text: string, [at, gone, more]: [number, number, string]) => {
    const place = at % (text.length + 1)
    return text.slice(0, place) + more + text.slice(place + gone)
  }
  fc.assert(
    fc.property(anyCard, cut, statuses, (card, change, status) => {
      const { yes, no } = speechOf(card)
      const changed = mutate(JSON.stringify(yes), change)
      expect(classify(card, answer(status, changed)).outcome).not.toBe('rejected')
      const refusal = card.refusals[0] as (typeof card.refusals)[number]
      const refusing = mutate(JSON.stringify(no(refusal.code, 'words')), change)
      expect(classify(card, answer(status, refusing)).outcome).not.toBe('accepted')
    }),
    { numRuns: 3000 },
  )
})

test('nothing that a venue may answer makes the classifier throw', () => {
  const body = fc.oneof(
    fc.string(),
    fc.json(),
    fc.anything().map((value) => JSON.stringify(value) ?? ''),
  )
  fc.assert(
    fc.property(anyCard, statuses, body, (card, status, text) => {
      expect(typeof classify(card, answer(status, text)).outcome).toBe('string')
    }),
    { numRuns: 3000 },
  )
})
