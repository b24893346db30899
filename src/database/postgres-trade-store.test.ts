import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { forgetLedger } from '../../test/forget-ledger.ts'
import { freshDatabase, type FreshDatabase } from '../../test/fresh-database.ts'
import { crossOpportunity, cycleOpportunity } from '../../test/opportunities.ts'
import { format, parseDecimal, price } from '../money.ts'
import type { LegPlan, Opportunity } from '../opportunity/opportunity.ts'
import { outcomeOf } from '../trade/outcome.ts'
import type { LegFill } from '../trade/trade.ts'
import type { TradedPlan } from '../trade/trade-store.ts'
import { openDatabase, type OpenDatabase } from './connect.ts'
import { migrate } from './migrate.ts'
import { openPostgresApprovalStore } from './postgres-approval-store.ts'
import { openPostgresMarketStore } from './postgres-market-store.ts'
import { openPostgresOutbox } from './postgres-outbox.ts'
import { openPostgresTradeStore } from './postgres-trade-store.ts'

let database: FreshDatabase
let one: OpenDatabase
let two: OpenDatabase
beforeAll(async () => {
  database = await freshDatabase()
  await migrate({ databaseUrl: database.url })
  one = openDatabase({ url: database.url, name: 'one' })
  two = openDatabase({ url: database.url, name: 'two' })
})
afterAll(async () => {
  await one.close()
  await two.close()
  await database.drop()
})
beforeEach(async () => {
  await sql`truncate opportunities, approvals, trades, balances, deposits cascade`.execute(one.db)
})

const storeOf = (worker: OpenDatabase) => openPostgresTradeStore(worker.db, { mode: 'paper' })
const either = (i: number) => storeOf(i % 2 === 0 ? one : two)
const store = () => storeOf(one)

/** A granted trade, as the approval store makes it. */
async function grant(opportunity: Opportunity): Promise<string> {
  const approvals = openPostgresApprovalStore(one.db, { mode: 'paper' })
  const asked = await approvals.ask(opportunity, 60_000)
  if (asked.outcome !== 'asked') throw new Error('not asked')
  const answered = await approvals.answer(asked.approval.id, { verdict: 'granted', by: 'auto' })
  if (answered.outcome !== 'answered' || answered.approval.state !== 'granted')
    throw new Error('not granted')
  return answered.approval.trade
}

async function claimed(id: string, leaseMs = 60_000): Promise<number> {
  const claim = await store().claim(id, 'worker', leaseMs)
  if (claim.outcome !== 'claimed') throw new Error(claim.outcome)
  return claim.epoch
}

const fillOf = (leg: LegPlan, orderId: string, changes: Partial<LegFill> = {}): LegFill => ({
  venue: leg.venue,
  symbol: leg.symbol,
  side: leg.side,
  orderId,
  filled: leg.amount,
  average: leg.average,
  fee: leg.fee,
  spent: leg.spends,
  received: leg.receives,
  sentAt: new Date(1_700_000_000_000),
  filledAt: new Date(1_700_000_000_120),
  ...changes,
})
const traded = (plan: readonly LegPlan[], net: bigint): TradedPlan => ({
  plan,
  net,
  notional: plan[0]?.spends.amount ?? 0n,
  notionalUsdt: 100,
})
const first = <T>(items: readonly T[]): T => items[0] as T

async function balances(): Promise<Record<string, readonly [free: string, reserved: string]>> {
  const rows = await store().balances()
  return Object.fromEntries(
    rows.map(({ venue, asset, free, reserved }) => [
      `${venue} ${asset}`,
      [format(free), format(reserved)],
    ]),
  )
}
const declare = (rows: readonly (readonly [venue: string, asset: string, free: string])[]) =>
  store().declareBalances(
    rows.map(([venue, asset, free]) => ({ venue, asset, free: parseDecimal(free) })),
  )

const ended = { state: 'settled', realisedUsdt: 1.25, residual: [], reason: '' } as const

test('a grant makes a trade of the plan that was shown', async () => {
  const opportunity = crossOpportunity()
  const trade = await store().find(await grant(opportunity))
  expect(trade).toMatchObject({
    state: 'approved',
    mode: 'paper',
    opportunity: opportunity.id,
    expectedNet: opportunity.net,
    plan: opportunity.legs,
    fills: [],
  })
})

test('F4: of thirty workers claiming a trade one gets it, and the others leave it alone', async () => {
  const id = await grant(crossOpportunity())
  const claims = await Promise.all(
    Array.from({ length: 30 }, (_, i) => either(i).claim(id, `worker ${i}`, 60_000)),
  )
  expect(claims.filter(({ outcome }) => outcome === 'claimed')).toHaveLength(1)
  expect(claims.filter(({ outcome }) => outcome === 'not-yours')).toHaveLength(29)
  expect(await store().claim('nothing', 'worker', 1000)).toEqual({ outcome: 'unknown' })
  expect(await store().listUnfinished()).toEqual([])
})

test('no trade ends without a word, and ending it twice says it once', async () => {
  const id = await grant(crossOpportunity())
  const epoch = await claimed(id)
  const end = { state: 'abandoned', reason: 'gone', foundNet: undefined } as const
  const outbox = openPostgresOutbox(one.db)
  await store().finish(id, epoch, end)
  await store().finish(id, epoch, end)
  const told = (await outbox.read(0, 1000)).filter(
    ({ notification }) => notification.kind === 'trade' && notification.trade.id === id,
  )
  expect(told).toHaveLength(1)
})

test('F3: a worker whose lease passed to another writes nothing', async () => {
  await declare([
    ['kucoin', 'USDT', '1000'],
    ['binance', 'BTC', '1'],
  ])
  const opportunity = crossOpportunity()
  const { legs, net } = opportunity
  const id = await grant(opportunity)
  const old = await claimed(id, 1)
  await sql`select pg_sleep(0.01)`.execute(one.db)
  expect(await store().listUnfinished()).toEqual([id])
  const current = await claimed(id)
  expect(current).toBeGreaterThan(old)

  expect(await store().begin(id, old, traded(legs, net))).toEqual({ outcome: 'lost' })
  expect(await store().begin(id, current, traded(legs, net))).toEqual({ outcome: 'begun' })
  const before = await balances()
  const fill = fillOf(first(legs), `${id}-1`)
  expect(await store().addFill(id, old, fill)).toEqual({ outcome: 'lost' })
  expect(await store().finish(id, old, { ...ended, realisedNet: 1n })).toBeUndefined()
  expect(await balances()).toEqual(before)
  expect(await store().find(id)).toMatchObject({ state: 'executing', fills: [] })
})

test('a lease that is over may not begin anything', async () => {
  await declare([
    ['kucoin', 'USDT', '1000'],
    ['binance', 'BTC', '1'],
  ])
  const opportunity = crossOpportunity()
  const id = await grant(opportunity)
  const epoch = await claimed(id, 1)
  await sql`select pg_sleep(0.01)`.execute(one.db)
  const begun = await store().begin(id, epoch, traded(opportunity.legs, opportunity.net))
  expect(begun).toEqual({ outcome: 'lost' })
})

test('a cross moves its money between two venues to the last digit', async () => {
  await declare([
    ['kucoin', 'USDT', '1000'],
    ['kucoin', 'BTC', '0.5'],
    ['binance', 'USDT', '2000'],
    ['binance', 'BTC', '1'],
  ])
  const opportunity = crossOpportunity()
  const [buy, sell] = opportunity.legs as [LegPlan, LegPlan]
  const id = await grant(opportunity)
  const epoch = await claimed(id)
  expect(await store().begin(id, epoch, traded([buy, sell], 7n))).toEqual({ outcome: 'begun' })
  // Figures worked out by hand in decimal, apart from this code.
  expect(await balances()).toMatchObject({
    'kucoin USDT': ['899.999848484212450611', '100.000151515787549389'],
    'binance BTC': ['0.998766666677766667', '0.001233333322233333'],
  })

  const fills = [fillOf(buy, `${id}-1`), fillOf(sell, `${id}-2`)]
  for (const fill of fills)
    expect(await store().addFill(id, epoch, fill)).toEqual({ outcome: 'added' })
  const outcome = outcomeOf(fills, 'USDT')
  expect(format(outcome.realisedNet)).toBe('1.155873623808188821')
  const trade = await store().finish(id, epoch, { ...ended, ...outcome })
  expect(trade).toMatchObject({ state: 'settled', expectedNet: 7n, fills, ...outcome })
  expect(await balances()).toEqual({
    'kucoin USDT': ['899.999848484212450611', '0'],
    'kucoin BTC': ['0.501233333322233333', '0'],
    'binance USDT': ['2101.15602513959573821', '0'],
    'binance BTC': ['0.998766666677766667', '0'],
  })
})

test('a cycle spends what each leg delivers, and nobody else can take it in between', async () => {
  await declare([['kucoin', 'USDT', '500']])
  const opportunity = cycleOpportunity()
  const id = await grant(opportunity)
  const epoch = await claimed(id)
  expect(await store().begin(id, epoch, traded(opportunity.legs, opportunity.net))).toEqual({
    outcome: 'begun',
  })
  const fills = opportunity.legs.map((leg, i) => fillOf(leg, `${id}-${i + 1}`))
  const steps: unknown[] = [await balances()]
  for (const fill of fills) {
    await store().addFill(id, epoch, fill)
    steps.push(await balances())
  }
  expect(steps).toEqual([
    { 'kucoin USDT': ['400.049382751604937599', '99.950617248395062401'] },
    {
      'kucoin USDT': ['400.049382751604937599', '0'],
      'kucoin ETH': ['0', '0.031203333322233333'],
    },
    {
      'kucoin USDT': ['400.049382751604937599', '0'],
      'kucoin ETH': ['0', '0'],
      'kucoin BTC': ['0', '0.001243036788481337'],
    },
    {
      'kucoin USDT': ['500.925256376622374527', '0'],
      'kucoin ETH': ['0', '0'],
      'kucoin BTC': ['0', '0'],
    },
  ])
  const outcome = outcomeOf(fills, 'USDT')
  const trade = await store().finish(id, epoch, { ...ended, ...outcome })
  expect(trade).toMatchObject({ state: 'settled', residual: [] })
  expect(format(outcome.realisedNet)).toBe('0.925256376622374527')
})

test('a cycle that stops half way leaves what it got free, and says so', async () => {
  await declare([['kucoin', 'USDT', '500']])
  const opportunity = cycleOpportunity()
  const id = await grant(opportunity)
  const epoch = await claimed(id)
  await store().begin(id, epoch, traded(opportunity.legs, opportunity.net))
  const fill = fillOf(first(opportunity.legs), `${id}-1`)
  await store().addFill(id, epoch, fill)
  const residual = [{ asset: 'ETH', amount: fill.received.amount }]
  const end = {
    state: 'exposed',
    realisedNet: -fill.spent.amount,
    realisedUsdt: -99.95,
    residual,
    reason: 'the second leg was refused',
  } as const
  const trade = await store().finish(id, epoch, end)
  expect(trade).toMatchObject({ state: 'exposed', reason: end.reason, residual })
  expect(await balances()).toEqual({
    'kucoin USDT': ['400.049382751604937599', '0'],
    'kucoin ETH': ['0.031203333322233333', '0'],
  })
  expect(await store().finish(id, epoch, end)).toEqual(trade)
  // Said once, in the same transaction as the end itself.
  const told = (await openPostgresOutbox(one.db).read(0, 1000)).map((each) => each.notification)
  expect(told.filter((each) => each.kind === 'alert' && each.subject.includes(id))).toEqual([
    {
      kind: 'alert',
      severity: 'P0',
      subject: `Trade ${id} left an open position`,
      text: `0.0312033 ETH on kucoin is open after kucoin USDT → ETH → BTC → USDT: the second leg was refused. "trade ${id}" shows what happened.`,
    },
  ])
})

test('a fill that comes twice, even at once, counts once', async () => {
  await declare([
    ['kucoin', 'USDT', '1000'],
    ['binance', 'BTC', '1'],
  ])
  const opportunity = crossOpportunity()
  const id = await grant(opportunity)
  const epoch = await claimed(id)
  await store().begin(id, epoch, traded(opportunity.legs, opportunity.net))
  const fill = fillOf(first(opportunity.legs), `${id}-1`)
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, i) => either(i).addFill(id, epoch, fill)),
  )
  expect(results.filter(({ outcome }) => outcome === 'added')).toHaveLength(1)
  expect(results.filter(({ outcome }) => outcome === 'known')).toHaveLength(19)
  expect(await balances()).toMatchObject({
    'kucoin USDT': ['899.999848484212450611', '0'],
    'kucoin BTC': ['0.001233333322233333', '0'],
  })
  const other = await grant(crossOpportunity({ route: 'cross BTC/USDT kucoin>okx' }))
  const otherEpoch = await claimed(other)
  await expect(store().addFill(other, otherEpoch, fill)).rejects.toThrow(`belongs to trade ${id}`)
})

test('a trade that lacks money on one venue takes none on the other', async () => {
  await declare([
    ['kucoin', 'USDT', '1000'],
    ['binance', 'BTC', '0.0012'],
  ])
  const opportunity = crossOpportunity()
  const id = await grant(opportunity)
  const epoch = await claimed(id)
  const begun = await store().begin(id, epoch, traded(opportunity.legs, opportunity.net))
  expect(begun).toEqual({ outcome: 'short', venue: 'binance', asset: 'BTC' })
  expect(await balances()).toEqual({
    'kucoin USDT': ['1000', '0'],
    'binance BTC': ['0.0012', '0'],
  })
  const end = { state: 'abandoned', reason: 'not enough BTC', foundNet: undefined } as const
  expect(await store().finish(id, epoch, end)).toMatchObject(end)
})

test('a fill as bad as its limit is paid from what was set aside for that', async () => {
  const opportunity = crossOpportunity()
  const [buy, sell] = opportunity.legs as [LegPlan, LegPlan]
  const worst = { ...buy, limit: price('82000') }
  await declare([
    ['kucoin', 'USDT', '102'],
    ['binance', 'BTC', '1'],
  ])
  const id = await grant(opportunity)
  const epoch = await claimed(id)
  await store().begin(id, epoch, traded([worst, sell], opportunity.net))
  expect(await balances()).toMatchObject({
    'kucoin USDT': ['0.765433009876526', '101.234566990123474'],
  })
  const spent = { asset: 'USDT', amount: parseDecimal('101.234566990123474') }
  await store().addFill(id, epoch, fillOf(worst, `${id}-1`, { average: worst.limit, spent }))
  expect(await balances()).toMatchObject({ 'kucoin USDT': ['0.765433009876526', '0'] })

  // Money that is nowhere cannot be booked: the trade stays as it is, for a person to look at.
  const impossible = { asset: 'BTC', amount: parseDecimal('2') }
  const fill = fillOf(sell, `${id}-2`, { spent: impossible })
  await expect(store().addFill(id, epoch, fill)).rejects.toThrow('free_is_not_negative')
  expect((await store().find(id))?.fills).toHaveLength(1)
})

test('a trade with fills cannot be called abandoned', async () => {
  await declare([
    ['kucoin', 'USDT', '1000'],
    ['binance', 'BTC', '1'],
  ])
  const opportunity = crossOpportunity()
  const id = await grant(opportunity)
  const epoch = await claimed(id)
  await store().begin(id, epoch, traded(opportunity.legs, opportunity.net))
  await store().addFill(id, epoch, fillOf(first(opportunity.legs), `${id}-1`))
  await expect(
    store().finish(id, epoch, { state: 'abandoned', reason: 'x', foundNet: undefined }),
  ).rejects.toThrow('has fills')
})

test('a hundred trades at once reserve no more than there is', async () => {
  const ids: string[] = []
  for (let i = 0; i < 100; i++)
    ids.push(await grant(crossOpportunity({ route: `cross BTC/USDT kucoin>binance${i}` })))
  const { legs, net } = crossOpportunity()
  // Enough USDT for 37 trades and enough BTC for 41.
  await declare([
    ['kucoin', 'USDT', '3700.1'],
    ['binance', 'BTC', '0.0506'],
  ])
  const results = await Promise.all(
    ids.map(async (id, i) => {
      const epoch = await claimed(id)
      const { outcome } = await either(i).begin(
        id,
        epoch,
        traded(i % 2 ? legs : legs.toReversed(), net),
      )
      return outcome
    }),
  )
  expect(results.filter((outcome) => outcome === 'begun')).toHaveLength(37)
  expect(results.filter((outcome) => outcome === 'short')).toHaveLength(63)
  const { rows } = await sql<{ sound: boolean }>`
    select bool_and(free >= 0 and reserved = (select sum(held) from reservations r
      where r.venue = b.venue and r.asset = b.asset)) as sound
    from balances b`.execute(one.db)
  expect(rows).toEqual([{ sound: true }])
})

test('G8 whatever happens to trades, no money appears or gets lost', async () => {
  const steps = fc.array(
    fc.record({
      trade: fc.integer({ min: 0, max: 3 }),
      step: fc.constantFrom('begin', 'fill 1', 'fill 2', 'fill 3', 'finish'),
    }),
    { maxLength: 25 },
  )
  await fc.assert(
    fc.asyncProperty(steps, async (script) => {
      await sql`truncate opportunities, approvals, trades, balances, deposits cascade`.execute(
        one.db,
      )
      await forgetLedger(one.db)
      await declare([
        ['kucoin', 'USDT', '250'],
        ['kucoin', 'BTC', '0.001'],
        ['binance', 'BTC', '0.002'],
      ])
      const plans = [0, 1, 2, 3].map((i) =>
        i % 2 === 0
          ? crossOpportunity({ route: `cross ${i}` })
          : cycleOpportunity({ route: `cycle ${i}` }),
      )
      const ids: string[] = []
      for (const plan of plans) ids.push(await grant(plan))
      const epochs = await Promise.all(ids.map((id) => claimed(id)))
      const expected = new Map([
        ['kucoin USDT', parseDecimal('250')],
        ['kucoin BTC', parseDecimal('0.001')],
        ['binance BTC', parseDecimal('0.002')],
      ])
      const change = (place: string, by: bigint) =>
        expected.set(place, (expected.get(place) ?? 0n) + by)
      await Promise.all(
        script.map(async ({ trade, step }) => {
          const id = ids[trade] as string
          const epoch = epochs[trade] as number
          const { legs, net } = plans[trade] as Opportunity
          if (step === 'begin') await either(trade).begin(id, epoch, traded(legs, net))
          else if (step === 'finish')
            await either(trade)
              .finish(id, epoch, { ...ended, realisedNet: 0n })
              .catch(() => undefined)
          else {
            const leg = legs[Number(step.slice(5)) - 1]
            if (leg === undefined) return
            const fill = fillOf(leg, `${id}-${step}`)
            const added = await either(trade)
              .addFill(id, epoch, fill)
              // A leg sent out of turn may find no money: then nothing at all is booked.
              .catch(() => ({ outcome: 'refused' }))
            if (added.outcome !== 'added') return
            change(`${leg.venue} ${fill.spent.asset}`, -fill.spent.amount)
            change(`${leg.venue} ${fill.received.asset}`, fill.received.amount)
          }
        }),
      )
      for (const { venue, asset, free, reserved } of await store().balances()) {
        expect(free >= 0n && reserved >= 0n).toBe(true)
        expect(free + reserved).toBe(expected.get(`${venue} ${asset}`) ?? 0n)
      }
      const { rows } = await sql<{ sound: boolean }>`
        select coalesce(bool_and(reserved = coalesce((select sum(held) from reservations r
          join trades t on t.id = r.trade where t.state = 'executing'
            and r.venue = b.venue and r.asset = b.asset), 0)), true) as sound
        from balances b`.execute(one.db)
      expect(rows).toEqual([{ sound: true }])
      expect(await store().unexplained()).toEqual([])
    }),
    { numRuns: 25 },
  )
})

test('exposure counts what is open and what happened since midnight UTC', async () => {
  await declare([
    ['kucoin', 'USDT', '1000'],
    ['binance', 'BTC', '1'],
  ])
  const open = await grant(crossOpportunity({ route: 'cross A/USDT a>b', notionalUsdt: 40.25 }))
  const done = crossOpportunity({ route: 'cross B/USDT a>b', notionalUsdt: 60 })
  const doneId = await grant(done)
  const epoch = await claimed(doneId)
  await store().begin(doneId, epoch, { ...traded(done.legs, done.net), notionalUsdt: 59.75 })
  await openPostgresMarketStore(one.db).saveValues(new Map([['BTC', 100]]))
  const residual = [
    { asset: 'BTC', amount: parseDecimal('0.065') },
    { asset: 'ODD', amount: 7n },
  ]
  // What it was worth when it ended is for the record: an open position is worth what it now brings.
  const end = { realisedNet: parseDecimal('-10'), realisedUsdt: -9, residual }
  await store().finish(doneId, epoch, { ...ended, ...end, state: 'exposed', reason: 'half' })
  const gone = await grant(crossOpportunity({ route: 'cross C/USDT a>b', notionalUsdt: 1000 }))
  await store().finish(gone, await claimed(gone), {
    state: 'abandoned',
    reason: 'gone',
    foundNet: -3n,
  })
  expect(await store().exposure()).toEqual({
    openTrades: 1,
    barred: [],
    openRoutes: ['cross A/USDT a>b'],
    notionalTodayUsdt: 100,
    realisedTodayUsdt: -3.5,
    unvaluedToday: [{ asset: 'ODD', amount: 7n }],
    tripped: [],
  })
  expect(await store().exposure(open)).toMatchObject({ openTrades: 0, notionalTodayUsdt: 59.75 })
  await sql`update trades set created_at = created_at - interval '1 day',
    finished_at = finished_at - interval '1 day'`.execute(one.db)
  expect(await store().exposure()).toEqual({
    openTrades: 1,
    barred: [],
    openRoutes: ['cross A/USDT a>b'],
    notionalTodayUsdt: 0,
    realisedTodayUsdt: 0,
    unvaluedToday: [],
    tripped: [],
  })
  expect((await store().listExposed(10)).map(({ id }) => id)).toEqual([doneId])
  const live = openPostgresTradeStore(one.db, { mode: 'live' })
  expect(await live.exposure()).toMatchObject({ openTrades: 0 })
  expect(await live.listExposed(10)).toEqual([])
})

test('trades are listed newest first, a page at a time', async () => {
  const ids: string[] = []
  for (let i = 0; i < 5; i++) ids.push(await grant(crossOpportunity({ route: `cross ${i}` })))
  const page = async (offset: number) =>
    (await store().list({ limit: 2, offset })).map(({ id }) => id)
  expect([...(await page(0)), ...(await page(2)), ...(await page(4))]).toEqual(ids.toReversed())
})

test('paper balances are declared once for each venue, also by two desks at once', async () => {
  const rows = ['kucoin', 'binance'].map((venue) => ({ venue, asset: 'USDT', free: 5n }))
  const filled = await Promise.all([0, 1, 2, 3].map((i) => either(i).declareBalances(rows)))
  expect(filled.flat().toSorted()).toEqual(['binance', 'kucoin'])
  const later = [...rows, { venue: 'okx', asset: 'BTC', free: 1n }]
  expect(await store().declareBalances(later)).toEqual(['okx'])
  expect(await store().balances()).toHaveLength(3)
  expect(await openPostgresTradeStore(one.db, { mode: 'live' }).balances()).toEqual([])
})
