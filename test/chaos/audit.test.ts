// The audit of a chaos run finds each thing that may not be, planted one by one.
import { expect, test } from 'vitest'
import { parseDecimal, type BaseAmount } from '../../src/money.ts'
import type { Execution, Leg } from '../../src/trade/engine/execution.ts'
import { entriesOfLeg, filled, intentOf, newExecution, sent } from '../executions.ts'
import { crossOpportunity } from '../opportunities.ts'
import { audit } from './audit.ts'
import { evidenceOf } from './evidence.ts'
import type { OurBooks } from './our-books.ts'
import type { VenueBooks } from './venue-books.ts'

const at = new Date()
const starting = { USDT: parseDecimal('1000'), BTC: parseDecimal('1') }
const made = newExecution(crossOpportunity(), { id: '01hv3m2kq7ez', approval: 'a' }, at)

function settled(legs: readonly Leg[], changes: Partial<Execution> = {}): Execution {
  return { ...made, legs, state: 'done', ...changes }
}
const bothLegs = [0, 1].map((step) => filled(sent(intentOf(made, step), at), at))

function booksOf(execution: Execution): OurBooks {
  const entries = execution.legs.flatMap((leg) =>
    entriesOfLeg(execution, leg).map(({ transaction, account, asset, amount }) => ({
      transaction,
      venue: account.type === 'venue' ? account.venue : undefined,
      asset,
      amount,
    })),
  )
  const balances = ['kucoin', 'binance'].flatMap((venue) =>
    Object.entries(starting).map(([asset, start]) => ({
      venue,
      asset,
      reserved: 0n,
      free: entries
        .filter((entry) => entry.venue === venue && entry.asset === asset)
        .reduce((sum, { amount }) => sum + amount, start),
    })),
  )
  return { executions: [execution], balances, entries, alerts: [] }
}

/** Venues that say what these books say. */
function venuesOf({ balances, executions }: OurBooks): VenueBooks {
  const legs = executions.flatMap((execution) => execution.legs)
  const venueOf = (venue: string) => ({
    accounts: [
      {
        starting,
        balances: Object.fromEntries(
          balances
            .filter((balance) => balance.venue === venue)
            .map(({ asset, free }) => [asset, { free, held: 0n }]),
        ),
      },
    ],
    orders: legs
      .filter(({ market }) => market.venue === venue)
      .map(({ clientOrderId, orderId = 'v', market, side, limit, amount, fills }) => ({
        id: orderId,
        clientId: clientOrderId,
        symbol: market.symbol,
        side,
        price: limit as bigint,
        amount: amount as bigint,
        state: 'filled',
        prints: fills.map(({ tradeId, price, amount: size, fee }) => ({
          id: tradeId,
          price: price as bigint,
          amount: size as bigint,
          feeAsset: fee.asset,
          fee: fee.amount,
        })),
      })),
    arrivals: Object.fromEntries(
      legs.filter(({ market }) => market.venue === venue).map((leg) => [leg.clientOrderId, 1]),
    ),
  })
  return { kucoin: venueOf('kucoin'), binance: venueOf('binance') }
}

const ours = booksOf(settled(bothLegs))
const theirs = venuesOf(ours)
const venue = (changes: Partial<VenueBooks[string]>): VenueBooks => ({
  ...theirs,
  kucoin: { ...(theirs['kucoin'] as VenueBooks[string]), ...changes },
})
const kucoin = theirs['kucoin'] as VenueBooks[string]
const id = bothLegs[0]?.clientOrderId ?? ''

test('books that agree to the last digit have no faults', () => {
  expect(audit(ours, theirs)).toEqual({
    compared: {
      executions: 1,
      traded: 1,
      venues: 2,
      orders: 2,
      prints: 2,
      balances: 4,
      entries: ours.entries.length,
    },
    breaches: [],
    doubleSubmits: [],
    orphans: [],
    unreportedExposure: [],
  })
})

test('an id that arrived twice is a double submit', () => {
  const twice = audit(ours, venue({ arrivals: { [id]: 2 } }))
  expect(twice.doubleSubmits).toEqual([`kucoin ${id} arrived 2 times`])
})

test('an order of ours that was never written down is an orphan', () => {
  const [order] = kucoin.orders
  if (order === undefined) throw new Error('no order')
  const stray = { ...order, clientId: 'apnobodyknowsit', prints: [] }
  expect(audit(ours, venue({ orders: [order, stray] })).orphans).toEqual(['kucoin apnobodyknowsit'])
})

test('one unit of the last digit between a balance, the ledger or a print is a breach', () => {
  const [order] = kucoin.orders
  const [account] = kucoin.accounts
  const [print] = order?.prints ?? []
  const usdt = account?.balances['USDT']
  if (order === undefined || account === undefined || print === undefined || usdt === undefined)
    throw new Error('no order, account or print')
  const balances = { ...account.balances, USDT: { ...usdt, free: usdt.free + 1n } }
  const richer = audit(ours, venue({ accounts: [{ ...account, balances }] }))
  const usual = `kucoin USDT: the venue has ${usdt.free + 1n}, our`
  expect(richer.breaches).toEqual([
    `${usual} balance is ${usdt.free}`,
    `${usual} ledger says ${usdt.free}`,
    `${usual} fills say ${usdt.free}`,
  ])
  const other = { ...order, prints: [{ ...print, fee: print.fee + 1n }] }
  expect(audit(ours, venue({ orders: [other] })).breaches).toEqual([
    `kucoin ${id}: print ${print.id} is not booked as it was`,
  ])
  const unheard = { ...order, prints: [print, { ...print, id: 'late' }] }
  expect(audit(ours, venue({ orders: [unheard] })).breaches).toEqual([
    `kucoin ${id}: print late is not booked as it was`,
  ])
  const [entry, ...entries] = ours.entries
  if (entry === undefined) throw new Error('no entry')
  const odd = { ...ours, entries: [{ ...entry, amount: entry.amount + 1n }, ...entries] }
  const { breaches } = audit(odd, theirs)
  expect(breaches.some((text) => text.endsWith('adds up to 1'))).toBe(true)
  expect(breaches[0]).toMatch(new RegExp(`^${id}: kucoin .* moved \\d+, our ledger says \\d+$`))
  const strange = { ...entry, transaction: 'kucoin BTC/USDT nobody' }
  const more = { ...ours, entries: [...ours.entries, strange] }
  expect(audit(more, theirs).breaches[0]).toMatch(/nobody in \w+: our ledger says/)
})

test('an order that the venue has and we call dead, or one that goes on for ever, is a breach', () => {
  const [first, second] = bothLegs as [Leg, Leg]
  const dead = booksOf(settled([{ ...first, state: 'never-accepted', fills: [] }, second]))
  expect(audit(dead, theirs).breaches).toContain(
    `kucoin ${id} is at the venue and never-accepted here`,
  )
  const going = booksOf(settled(bothLegs, { state: 'resolving' }))
  expect(audit(going, theirs).breaches).toEqual([
    `${made.id} did not come to its end: it is resolving`,
  ])
})

test('what is left open and could be traded is unreported until somebody was told', () => {
  const [first] = bothLegs as [Leg, Leg]
  const whole = { ...first, market: { ...first.market, amountMin: 1n as BaseAmount } }
  const open = booksOf(settled([whole]))
  expect(audit(open, venuesOf(open)).unreportedExposure).toHaveLength(1)
  const silent = booksOf(settled([whole], { state: 'exposed' }))
  expect(audit(silent, venuesOf(silent)).unreportedExposure).toHaveLength(1)
  const told = { ...silent, alerts: [{ execution: made.id, kind: 'exposed', text: '' }] }
  expect(audit(told, venuesOf(told)).unreportedExposure).toEqual([])
})

test('whatever a finding names is shown as we have it and as its venue has it', () => {
  const [order] = kucoin.orders
  if (order === undefined) throw new Error('no order')
  const unheard = { ...order, prints: [] }
  const spoilt = venue({ orders: [unheard] })
  const lines = evidenceOf(audit(ours, spoilt).breaches, ours, spoilt)
  expect(lines[0]).toBe(`look at ${made.id}, ${made.route}: done`)
  expect(lines.find((line) => line.startsWith(`  ${id} kucoin `))).toMatch(
    /: here filled, \d.* at \d.*; at the venue filled, nothing$/,
  )
  expect(evidenceOf([], ours, theirs)).toEqual([])
})
