// What venues say against what the desk remembers, over the venues' own protocols and on a real database.
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { readConfig } from '../src/config.ts'
import { createLog } from '../src/log.ts'
import { openRuntime } from '../src/runtime.ts'
import { openReconciler } from '../workers/reconciler.ts'
import { checkBreakers } from '../src/trade/check-breakers.ts'
import { format } from '../src/money.ts'
import { defaultSettings } from '../src/settings/settings.ts'
import { isOver } from '../src/trade/engine/execution.ts'
import { sendOrder, symbol, tradedVenues } from './private-venues.ts'
import {
  openReconcileBench,
  otherKey,
  type Listening,
  type ReconcileBench,
} from './reconcile-bench.ts'

const patient = { timeout: 20_000, interval: 50 }
/** Trades on a book without a gap lose; that is not what is tried here. */
const limits = {
  ...defaultSettings('simulator'),
  'trading.day_loss_usdt_max': 1_000_000,
  'risk.drawdown_usdt_max': 0,
  'risk.failures_in_row_max': 0,
  'risk.exposure_age_ms_max': 0,
}

let bench: ReconcileBench
beforeAll(async () => {
  bench = await openReconcileBench()
  for (const venue of tradedVenues)
    if ((await bench.look(venue, true)).outcome !== 'saved') throw new Error(venue)
  await bench.told()
})
afterAll(() => bench.close())
beforeEach(async () => {
  for (const venue of tradedVenues) {
    bench.venues.servers.faults.heal(venue)
    bench.venues.freshBook(venue)
  }
  // What one test left behind is not the next one's.
  for (const venue of tradedVenues) await bench.look(venue, true)
  for (const { breaker } of await bench.breakers.tripped())
    await bench.breakers.reset(breaker, 'terminal:ann')
  await bench.told()
})

const credit = (venue: string, asset: string, amount: string) =>
  bench.venues.servers.faults.credit(venue, asset, amount, 'simulator')
const balanceOf = async (venue: string, asset: string) =>
  (await bench.stores.trades.balances()).find((one) => one.venue === venue && one.asset === asset)
const trip = () => checkBreakers(bench.breakers, limits, 'test')
const client = (venue: (typeof tradedVenues)[number]) =>
  bench.venues.client(venue, {
    apiKey: 'simulator',
    secret: 'simulator',
    password: 'simulator',
  })
/** As an order of this desk would be named. */
const ownId = (n: number) => `ap0orphan0${String(n).padStart(4, '0')}x0001`
const verdicts = async (venue: string) => {
  const looked = await bench.look(venue)
  if (looked.outcome !== 'saved') throw new Error(JSON.stringify(looked, undefined, 1))
  return looked
}

test('venues that were looked at agree with the ledger to the last digit', async () => {
  for (const venue of tradedVenues) {
    const { standing, booked } = await verdicts(venue)
    expect(standing).toMatchObject({ venue, state: 'ok', differences: [], foreignOrders: 0 })
    expect(booked).toEqual([])
  }
  expect(await bench.stores.trades.unexplained()).toEqual([])
  expect(await bench.told()).toEqual([])
})

test('a trade that is done leaves nothing to explain', async () => {
  const id = await bench.trade('okx', 'bybit')
  await bench.drive(id)
  expect(isOver((await bench.execution(id)).state)).toBe(true)
  for (const venue of ['okx', 'bybit'])
    expect(await verdicts(venue)).toMatchObject({ booked: [], standing: { differences: [] } })
})

test.each(tradedVenues)(
  'B11 on %s an order with our id that nobody wrote down is cancelled, stops new risk, and is told once',
  async (venue) => {
    const clientId = ownId(tradedVenues.indexOf(venue))
    const own = await client(venue)
    const wish = { side: 'buy', amount: 0.01, price: 40_000, timeInForce: 'GTC', clientId } as const
    await sendOrder(own, wish)
    const looked = await verdicts(venue)
    expect(looked.strays).toMatchObject([{ kind: 'orphan', clientOrderId: clientId, venue }])
    expect(looked.uncancelled).toEqual([])
    expect(await own.fetchOpenOrders(symbol)).toEqual([])
    expect(await trip()).toMatchObject([{ breaker: 'orphan-order' }])
    expect(await bench.told()).toEqual([
      `P0 Orphan order on ${venue}`,
      'P1 Breaker orphan-order tripped',
    ])
    // Whatever comes after: it holds until somebody resets it, and is not told again.
    await verdicts(venue)
    await trip()
    expect(await bench.told()).toEqual([])
    expect((await bench.stores.trades.exposure()).tripped).toMatchObject([
      { breaker: 'orphan-order', why: expect.stringContaining(clientId) },
    ])
    await bench.breakers.reset('orphan-order', 'terminal:ann')
    expect(await trip()).toEqual([])
  },
)

test('F10 an order that was filled and whose rows a failover lost is found by what it moved', async () => {
  const clientId = ownId(77)
  const own = await client('kucoin')
  await sendOrder(own, { side: 'buy', amount: 0.01, price: 50_020, clientId })
  const { strays, booked, standing } = await verdicts('kucoin')
  expect(strays).toMatchObject([{ kind: 'orphan', clientOrderId: clientId, isOpen: false }])
  expect(new Set(booked.map(({ kind }) => kind))).toEqual(new Set(['orphan-order']))
  expect(standing).toMatchObject({ state: 'ok', differences: [] })
  expect(await trip()).toMatchObject([{ breaker: 'orphan-order' }])
  expect(await bench.told()).toEqual([
    'P0 Orphan order on kucoin',
    'P2 Money moved on kucoin without a trade',
    'P1 Breaker orphan-order tripped',
  ])
  // It is no profit, and it is booked once.
  expect(await bench.stores.trades.unexplained()).toEqual([])
  expect(await verdicts('kucoin')).toMatchObject({ booked: [], strays: [] })
})

test('an order of somebody else is left alone and told, and what it holds may not be set aside', async () => {
  const own = await client('okx')
  const wish = { side: 'buy', amount: 1, price: 40_000, timeInForce: 'GTC' } as const
  const { order } = await sendOrder(own, { ...wish, clientId: 'somebodyelse1' })
  const { standing, strays } = await verdicts('okx')
  expect(strays).toMatchObject([{ kind: 'foreign', clientOrderId: 'somebodyelse1' }])
  expect(standing).toMatchObject({ state: 'ok', foreignOrders: 1, differences: [] })
  expect(await bench.told()).toEqual([`P2 Another's order on okx`])
  const usdt = await balanceOf('okx', 'USDT')
  expect(format(usdt?.withheld ?? 0n)).toBe('40000')
  await verdicts('okx')
  expect(await bench.told()).toEqual([])
  expect(await trip()).toEqual([])
  await own.cancelOrder(String(order.id), symbol)
  expect(await verdicts('okx')).toMatchObject({ standing: { foreignOrders: 0 } })
  const after = await balanceOf('okx', 'USDT')
  expect(after?.withheld).toBeUndefined()
})

test('B10 an order of ours that is cancelled by hand at the venue ends as the venue says', async () => {
  const { faults } = bench.venues.servers
  faults.desk('bybit', { kind: 'split', prints: 5, everyMs: 60_000, times: 1 })
  const terms = { openMsMax: 60_000, singleLeg: 'hold' } as const
  const id = await bench.trade('okx', 'bybit', terms)
  const driven = bench.drive(id)
  const own = await client('bybit')
  const openOrders = () => own.fetchOpenOrders(symbol)
  await expect.poll(async () => (await openOrders()).length, patient).toBe(1)
  const [open] = await openOrders()
  await own.cancelOrder(String(open?.id), symbol)
  await driven
  await expect.poll(async () => (await bench.execution(id)).state, patient).toBe('exposed')
  const leg = (await bench.execution(id)).legs.find(({ market }) => market.venue === 'bybit')
  expect(leg).toMatchObject({ state: 'partial-done' })
  const filled = leg?.fills.reduce((sum, { amount }) => sum + amount, 0n) ?? 0n
  expect(filled > 0n && filled < (leg?.amount ?? 0n)).toBe(true)
  // What moved is what was booked: the venue is believed, and nobody is alarmed.
  expect(await verdicts('bybit')).toMatchObject({ booked: [], standing: { differences: [] } })
})

test('B7 a fill after the end opens the execution again, and what it left open is brought home', async () => {
  const { faults } = bench.venues.servers
  // Nothing is left at the price, so the order ends with a part; the rest is filled after all.
  bench.venues.source.change(
    'bitget',
    symbol,
    [
      [50_000, 0.002],
      [49_990, 0],
    ],
    [],
  )
  const id = await bench.trade('kucoin', 'bitget', { slipMax: 0n as never, settleMs: 0 })
  faults.desk('bitget', { kind: 'late-fill', delayMs: 6000, times: 1 })
  bench.venues.source.change('bitget', symbol, [[50_000, 0.002]], [])
  await bench.drive(id)
  await expect
    .poll(async () => {
      const { state } = await bench.execution(id)
      if (!isOver(state)) await bench.drive(id)
      return state
    }, patient)
    .toMatch(/done|settled|exposed/)
  await expect
    .poll(async () => {
      await bench.look('bitget')
      await bench.settled()
      const { legs } = await bench.execution(id)
      return legs.find(({ market, role }) => market.venue === 'bitget' && role === 'primary')?.state
    }, patient)
    .toBe('filled')
  expect(await bench.told()).toContain(`P1 Trade ${id} was filled after its end`)
  expect(await verdicts('bitget')).toMatchObject({ booked: [], standing: { differences: [] } })
  const trades = (await bench.execution(id)).legs.flatMap(({ fills }) =>
    fills.map(({ tradeId }) => tradeId),
  )
  expect(new Set(trades).size).toBe(trades.length)
})

test('D1 an asset that a venue leaves out is not zero until it was missing twice', async () => {
  const { faults } = bench.venues.servers
  const read = await bench.gateway.balances('okx')
  if (read.outcome === 'failed') throw new Error(read.reason)
  const details = read.value
    .filter(({ asset }) => asset !== 'BTC')
    .map(({ asset, free, total }) => ({
      ccy: asset,
      availBal: format(free),
      cashBal: format(total),
    }))
  const body = JSON.stringify({ code: '0', msg: '', data: [{ uTime: '1', details }] })
  faults.rest('okx', { status: 200, body, path: 'account/balance' })
  const before = await bench.booked('okx', 'BTC')
  expect(await verdicts('okx')).toMatchObject({
    standing: { state: 'ok', differences: [{ asset: 'BTC', sightings: 1 }] },
  })
  const bitcoin = await balanceOf('okx', 'BTC')
  expect(bitcoin?.withheld).toBeUndefined()
  // Missing twice: it is gone, which nobody can explain, and nobody sets it aside any more.
  expect(await verdicts('okx')).toMatchObject({ standing: { state: 'reduce-only' } })
  const gone = await balanceOf('okx', 'BTC')
  expect(`${format(gone?.withheld ?? 0n)} BTC`).toBe(before)
  expect(await bench.booked('okx', 'BTC')).toBe(before)
  expect(await bench.told()).toEqual(['P1 okx is reduce-only'])
  faults.heal('okx')
  faults.rest('okx', undefined)
  expect(await verdicts('okx')).toMatchObject({ standing: { state: 'ok', differences: [] } })
  expect(await bench.told()).toEqual(['P2 okx agrees with the ledger again'])
})

test('D1 a balance that lags behind a trade is no alarm once it has caught up', async () => {
  const { faults } = bench.venues.servers
  faults.desk('okx', { kind: 'stale-balances' })
  const id = await bench.trade('okx', 'binance')
  await bench.drive(id)
  const { standing } = await verdicts('okx')
  expect(standing.state).toBe('ok')
  expect(standing.differences.map(({ asset }) => asset).toSorted()).toEqual(['BTC', 'USDT'])
  faults.heal('okx')
  expect(await verdicts('okx')).toMatchObject({ booked: [], standing: { differences: [] } })
  expect(await bench.told()).not.toContain('P1 okx is reduce-only')
})

test.each(tradedVenues)(
  'D2 on %s a deposit and a withdrawal are booked from the venue’s own history, to the last digit',
  async (venue) => {
    const { faults } = bench.venues.servers
    const own = await client(venue)
    const elsewhere = venue === 'binance' ? 'okx' : 'binance'
    const other = await bench.venues.client(elsewhere, otherKey)
    const total = async () => (await own.fetchBalance())['USDT']?.total
    const before = await total()
    const network = 'ERC20'
    const { address } = await own.fetchDepositAddress('USDT', { network })
    await other.withdraw('USDT', 200, String(address), undefined, { network })
    await expect.poll(total, patient).not.toBe(before)
    const arrived = await total()
    const came = await verdicts(venue)
    expect(came.booked).toMatchObject([{ kind: 'deposit', asset: 'USDT' }])
    expect(format(came.booked[0]?.amount ?? 0n)).toBe(elsewhere === 'binance' ? '199' : '200')
    // A person takes some out with a key that the desk does not have.
    faults.permit(venue, ['read', 'trade', 'withdraw'], 'simulator')
    const away = await other.fetchDepositAddress('USDT', { network })
    await own.withdraw('USDT', 50, String(away.address), undefined, { network })
    faults.permit(venue, ['read', 'trade'], 'simulator')
    const went = await verdicts(venue)
    expect(went.booked).toMatchObject([{ kind: 'withdrawal', asset: 'USDT' }])
    expect(Number(format(went.booked[0]?.amount ?? 0n))).toBeCloseTo(
      Number(await total()) - Number(arrived),
      6,
    )
    expect(went.standing).toMatchObject({ state: 'ok', differences: [] })
    const moved = `P2 Money moved on ${venue} without a trade`
    expect(await bench.told()).toEqual([moved, moved])
    expect(await bench.stores.trades.unexplained()).toEqual([])
  },
)

test('D2 a trade by hand is booked as one, and is no profit', async () => {
  const own = await client('binance')
  const before = await bench.stores.trades.exposure()
  await sendOrder(own, { side: 'sell', amount: 0.02, price: 49_990, clientId: 'byhand1' })
  const { booked, strays } = await verdicts('binance')
  expect(booked.map(({ kind, asset }) => `${kind} ${asset}`).toSorted()).toEqual([
    'manual-trade BTC',
    'manual-trade USDT',
  ])
  expect(strays).toMatchObject([{ kind: 'foreign', isOpen: false }])
  const after = await bench.stores.trades.exposure()
  expect(after.realisedTodayUsdt).toBe(before.realisedTodayUsdt)
  expect(await bench.stores.trades.unexplained()).toEqual([])
  expect(await verdicts('binance')).toMatchObject({ booked: [], standing: { differences: [] } })
})

test('D2 money that goes without a reason makes its venue reduce-only until an operator has seen it', async () => {
  credit('kucoin', 'USDT', '-500')
  expect(await verdicts('kucoin')).toMatchObject({
    booked: [],
    standing: { state: 'ok', differences: [{ asset: 'USDT', sightings: 1 }] },
  })
  expect(await trip()).toEqual([])
  const { standing } = await verdicts('kucoin')
  expect(standing).toMatchObject({ state: 'reduce-only', differences: [{ sightings: 2 }] })
  expect(await trip()).toMatchObject([{ breaker: 'unexplained-balance', measured: 1 }])
  expect(await bench.told()).toEqual([
    'P1 kucoin is reduce-only',
    'P0 Breaker unexplained-balance tripped',
  ])
  // No new risk there, and not more is set aside than is there; what is open is still brought home.
  const { barred } = await bench.stores.trades.exposure()
  expect(barred).toMatchObject([{ venue: 'kucoin', why: expect.stringContaining('reduce-only') }])
  await verdicts('kucoin')
  expect(await bench.told()).toEqual([])
  await bench.breakers.reset('unexplained-balance', 'terminal:ann')
  const accepted = await verdicts('kucoin')
  expect(accepted.booked).toMatchObject([{ kind: 'accepted', asset: 'USDT' }])
  expect(format(accepted.booked[0]?.amount ?? 0n)).toBe('-500')
  expect(accepted.standing).toMatchObject({ state: 'ok', differences: [] })
  expect(await trip()).toEqual([])
  expect((await bench.stores.trades.exposure()).barred).toEqual([])
})

test('D7 an airdrop, interest and dust turned into coins are external flows, never profit', async () => {
  const before = await bench.stores.trades.exposure()
  credit('bitget', 'HYPE', '250')
  credit('bitget', 'BTC', '0.000004')
  credit('bitget', 'USDT', '-0.3')
  await verdicts('bitget')
  const { booked, standing } = await verdicts('bitget')
  expect(booked.map(({ kind, asset }) => `${kind} ${asset}`).toSorted()).toEqual([
    'new-asset HYPE',
    'small BTC',
    'small USDT',
  ])
  expect(standing).toMatchObject({ state: 'ok', differences: [] })
  expect(await bench.told()).toEqual(['P2 Money moved on bitget without a trade'])
  expect(await bench.booked('bitget', 'HYPE')).toBe('250 HYPE')
  const after = await bench.stores.trades.exposure()
  expect(after.realisedTodayUsdt).toBe(before.realisedTodayUsdt)
  expect(await bench.stores.trades.unexplained()).toEqual([])
  expect(await trip()).toEqual([])
})

test('D8 what a trade that is over still holds is free again, and what an open one holds stays', async () => {
  const id = await bench.trade('okx', 'bybit')
  await bench.drive(id)
  expect(isOver((await bench.execution(id)).state)).toBe(true)
  const before = await balanceOf('okx', 'USDT')
  await sql`update balances set free = free - 7, reserved = reserved + 7
    where mode = 'paper' and venue = 'okx' and asset = 'USDT'`.execute(bench.db)
  await sql`insert into reservations (trade, venue, asset, held) values (${id}, 'okx', 'USDT', 7)
    on conflict (trade, venue, asset) do update set held = 7`.execute(bench.db)
  const released = await bench.reconciling.store.releaseStale()
  expect(released).toMatchObject([{ trade: id, venue: 'okx', asset: 'USDT' }])
  const usdt = await balanceOf('okx', 'USDT')
  expect(usdt).toEqual(before)
  expect(await bench.told()).toContain('P2 Money set aside for nothing is free again')
  expect(await bench.reconciling.store.releaseStale()).toEqual([])
  expect(await verdicts('okx')).toMatchObject({ standing: { differences: [] } })
})

test('a venue that does not answer is quarantined by name, the others are looked at', async () => {
  bench.venues.servers.faults.rest('bybit', { status: 503, body: '<html>maintenance</html>' })
  const [bybit, okx] = await Promise.all([bench.look('bybit'), bench.look('okx')])
  expect(bybit).toMatchObject({ outcome: 'quarantined', isNews: true })
  expect(okx).toMatchObject({ outcome: 'saved' })
  expect((await bench.stores.trades.exposure()).barred).toMatchObject([{ venue: 'bybit' }])
  expect(await bench.look('bybit')).toMatchObject({ outcome: 'quarantined', isNews: false })
  bench.venues.servers.faults.rest('bybit', undefined)
  expect(await verdicts('bybit')).toMatchObject({ standing: { state: 'ok' } })
  expect(await bench.told()).toEqual([
    'P1 bybit is quarantined',
    'P2 bybit agrees with the ledger again',
  ])
})

test('F12 after the clock jumped nothing new begins until every account was looked at again', async () => {
  const config = readConfig({ DATABASE_URL: bench.databaseUrl })
  const runtime = await openRuntime(config, createLog({ level: 'silent' }), 'reconcile')
  onTestFinished(runtime.close)
  const accounts = { venues: tradedVenues, gateway: bench.gateway }
  const reconciler = await openReconciler({ runtime, desk: bench.desk, accounts })
  expect(reconciler.isReady()).toBe(false)
  await reconciler.boot()
  expect(reconciler.isReady()).toBe(true)
  const doubting = reconciler.doubt('the clock jumped by 5 s')
  expect(reconciler.isReady()).toBe(false)
  await doubting
  expect(reconciler.isReady()).toBe(true)
  const alerts = (await bench.stores.told()).slice(-3)
  expect(alerts).toMatchObject([
    {
      severity: 'P2',
      subject: 'The desk is ready',
      text: expect.stringContaining('after a start'),
    },
    {
      severity: 'P1',
      subject: 'The desk is degraded',
      text: expect.stringContaining('the clock jumped by 5 s'),
    },
    {
      severity: 'P2',
      subject: 'The desk is ready',
      text: expect.stringContaining('after the clock jumped'),
    },
  ])
  await reconciler.close()
})

test('each account is looked at again when it is due: often while anything is open or in doubt, else seldom', async () => {
  const config = readConfig({ DATABASE_URL: bench.databaseUrl })
  const runtime = await openRuntime(config, createLog({ level: 'silent' }), 'reconcile')
  onTestFinished(runtime.close)
  const accounts = { venues: ['okx'], gateway: bench.gateway }
  const reconciler = await openReconciler({ runtime, desk: bench.desk, accounts })
  const lookedMs = async () => {
    const standings = await bench.reconciling.store.standings()
    return standings.find(({ venue }) => venue === 'okx')?.lookedAt?.getTime() ?? 0
  }
  const before = await lookedMs()
  await reconciler.tick()
  expect(await lookedMs()).toBe(before)
  await reconciler.boot()
  const booted = await lookedMs()
  expect(booted).toBeGreaterThan(before)
  await reconciler.tick()
  expect(await lookedMs()).toBe(booted)
  for (const key of ['reconcile.open_ms', 'reconcile.idle_ms'] as const)
    await runtime.settings.change(key, '1000', 'terminal:ann')
  await expect
    .poll(async () => {
      await reconciler.tick()
      return await lookedMs()
    }, patient)
    .toBeGreaterThan(booted)
  await reconciler.close()
})

test('a start tells what was not as it was remembered, and a venue that is away keeps no other waiting', async () => {
  const config = readConfig({ DATABASE_URL: bench.databaseUrl })
  const runtime = await openRuntime(config, createLog({ level: 'silent' }), 'reconcile')
  onTestFinished(runtime.close)
  bench.venues.servers.faults.rest('bybit', { status: 503, body: '<html>maintenance</html>' })
  const wish = { side: 'buy', amount: 0.01, price: 40_000, timeInForce: 'GTC' } as const
  await sendOrder(await client('binance'), { ...wish, clientId: ownId(88) })
  const id = await bench.trade('okx', 'kucoin')
  const accounts = { venues: tradedVenues, gateway: bench.gateway }
  const reconciler = await openReconciler({ runtime, desk: bench.desk, accounts })
  await reconciler.boot()
  expect(reconciler.isReady()).toBe(true)
  const ready = (await bench.stores.told()).findLast(
    (one) => one.kind === 'alert' && one.subject === 'The desk is ready',
  )
  expect(ready).toMatchObject({ severity: 'P1' })
  const text = ready?.kind === 'alert' ? ready.text : ''
  expect(text).toContain('5 venue accounts were looked at after a start.')
  expect(text).toMatch(/\d+ trades? under way/)
  expect(text).toContain('bybit is quarantined')
  expect(text).toContain('binance: 1 order with our id, never written down.')
  // The breaker is tripped before anything new could begin.
  const { tripped } = await bench.stores.trades.exposure()
  expect(tripped.map(({ breaker }) => breaker)).toContain('orphan-order')
  bench.venues.servers.faults.rest('bybit', undefined)
  await reconciler.close()
  await bench.drive(id)
})

/** Listens until the test ends; all five tell. */
async function listening(): Promise<Listening> {
  const ears = await bench.listen()
  onTestFinished(ears.close)
  const up = async () => (await ears.streams()).filter(({ state }) => state === 'up').length
  await expect.poll(up, patient).toBe(tradedVenues.length)
  return ears
}

/** A trade whose two orders get a fifth and then stay open, driven until REST would look only later. */
async function openTrade(buy: string, sell: string) {
  const id = await bench.trade(buy, sell, { openMsMax: 600_000, settleMs: 0 })
  const driven = await bench.drive(id)
  if (driven.outcome !== 'rested') throw new Error(JSON.stringify(driven))
  const order = (side: 'buy' | 'sell') => {
    const leg = driven.execution.legs.find((one) => one.role === 'primary' && one.side === side)
    if (leg?.orderId === undefined) throw new Error(`no order of ${id} is known to its venue`)
    return leg
  }
  return { id, bought: order('buy'), sold: order('sell') }
}

const filledOf = (fills: readonly { readonly amount: bigint }[]) =>
  fills.reduce((sum, { amount }) => sum + amount, 0n)

/** Whoever was told may still be looking, which keeps a look from judging. */
async function expectEven(...all: readonly string[]) {
  for (const venue of all) {
    const looked = await vi.waitUntil(async () => {
      const one = await bench.look(venue)
      return one.outcome === 'moved' ? undefined : one
    }, patient)
    expect(looked).toMatchObject({ booked: [], standing: { differences: [] } })
  }
}

test('B10 on every venue the stream tells of an order that was amended or cancelled by hand, before REST would look again', async () => {
  const ears = await listening()
  const { faults } = bench.venues.servers
  const fault = { kind: 'split', prints: 5, everyMs: 600_000, times: 2 } as const
  for (const venue of tradedVenues) faults.desk(venue, fault)
  const opened = await Promise.all(
    tradedVenues.map((venue, n) => openTrade(venue, tradedVenues[(n + 1) % 5] as string)),
  )
  const before = ears.heard.length
  for (const { bought, sold } of opened) {
    // Made as small as what it has got, it has got all. No print comes of it, and nobody looks again when
    // that is due: whatever is known from here on a stream has told.
    const amount = format(filledOf(bought.fills))
    faults.shrink(bought.market.venue, bought.clientOrderId, amount, 'simulator')
    const own = await client(sold.market.venue as 'okx')
    await own.cancelOrder(String(sold.orderId), symbol)
  }
  for (const { id, bought, sold } of opened) {
    const isEnded = async () => isOver((await bench.execution(id)).state)
    await expect.poll(isEnded, patient).toBe(true)
    const { legs } = await bench.execution(id)
    for (const { market, clientOrderId } of [bought, sold]) {
      const leg = legs.find((one) => one.clientOrderId === clientOrderId)
      expect(leg?.state, market.venue).toBe('partial-done')
      expect(ears.heard.slice(before)).toContain(`${market.venue} ${clientOrderId}`)
    }
  }
  await expectEven(...tradedVenues)
})

test('without a stream REST finishes the trade, and people are told once that it is away and once that it is back', async () => {
  const ears = await listening()
  const { faults } = bench.venues.servers
  for (const venue of ['okx', 'kucoin']) {
    faults.refuseSockets(venue, true)
    faults.dropSockets(venue, 'private')
    // What became of the order is not even answered.
    faults.desk(venue, { kind: 'lost-reply', on: 'place', times: 1 })
  }
  const away = async () => (await ears.streams()).filter(({ state }) => state === 'away')
  await expect
    .poll(async () => (await away()).map(({ venue }) => venue), patient)
    .toEqual(['kucoin', 'okx'])
  const before = ears.heard.length
  const id = await bench.trade('okx', 'kucoin')
  await bench.drive(id)
  expect(isOver((await bench.execution(id)).state)).toBe(true)
  expect(ears.heard.slice(before)).toEqual([])
  for (const venue of ['okx', 'kucoin']) faults.refuseSockets(venue, false)
  await expect.poll(async () => (await away()).length, patient).toBe(0)
  expect(ears.said.toSorted()).toEqual([
    'kucoin tells nothing of our account; REST asks at its own pace',
    'kucoin tells of our account again',
    'okx tells nothing of our account; REST asks at its own pace',
    'okx tells of our account again',
  ])
  await expectEven('okx', 'kucoin')
})

test('B8 B9 frames that are doubled, replayed, late, or made up come to the same books', async () => {
  const ears = await listening()
  const { faults } = bench.venues.servers
  for (const venue of tradedVenues) {
    faults.desk(venue, { kind: 'stuttering-stream' })
    faults.desk(venue, { kind: 'replaying-stream' })
    faults.desk(venue, { kind: 'split', prints: 7, everyMs: 20, times: 1 })
  }
  faults.desk('bybit', { kind: 'late-stream', delayMs: 300 })
  const pairs = [
    ['kucoin', 'binance'],
    ['okx', 'bybit'],
    ['bitget', 'okx'],
  ] as const
  const ids = await Promise.all(pairs.map(([buy, sell]) => bench.trade(buy, sell)))
  await Promise.all(ids.map((id) => bench.drive(id)))
  for (const id of ids) {
    const isEnded = async () => isOver((await bench.execution(id)).state)
    await expect.poll(isEnded, patient).toBe(true)
  }
  const books = async () =>
    (await Promise.all(ids.map((id) => bench.execution(id)))).map(({ state, legs }) => ({
      state,
      legs: legs.map(({ state: leg, fills }) => ({ leg, fills })),
    }))
  const known = await books()
  // A fill of everything, and then of nothing, of an order that has long ended.
  const executions = await Promise.all(ids.map((id) => bench.execution(id)))
  const told = ears.heard.length
  let sent = 0
  for (const { clientOrderId, orderId, market } of executions.flatMap(({ legs }) => legs))
    for (const filled of ['9999', '0'])
      for (const text of madeUp(market.venue, clientOrderId, String(orderId), filled)) {
        bench.venues.servers.faults.frame(market.venue, text, 'private')
        sent++
      }
  await expect.poll(() => ears.heard.length, patient).toBeGreaterThanOrEqual(told + sent)
  await expectEven(...tradedVenues)
  expect(await books()).toEqual(known)
  for (const { legs } of known)
    for (const { fills } of legs)
      expect(new Set(fills.map(({ tradeId }) => tradeId)).size).toBe(fills.length)
})

/** Frames as a venue would send them, with a sum of our choice. */
function madeUp(venue: string, clientId: string, orderId: string, filled: string): string[] {
  const text = (value: unknown) => JSON.stringify(value)
  const status = { clientOid: clientId, orderId, accBaseVolume: filled, status: 'filled' }
  switch (venue) {
    case 'kucoin': {
      const data = { ...status, symbol: 'BTC-USDT', type: 'filled', filledSize: filled }
      return [text({ type: 'message', topic: '/spotMarket/tradeOrders', data })]
    }
    case 'binance': {
      const event = {
        e: 'executionReport',
        s: 'BTCUSDT',
        c: clientId,
        C: '',
        i: orderId,
        z: filled,
      }
      return [text({ subscriptionId: 0, event: { ...event, x: 'TRADE', X: 'FILLED' } })]
    }
    case 'okx': {
      const arg = { channel: 'orders', instType: 'ANY' }
      return [text({ arg, data: [{ clOrdId: clientId, ordId: orderId, accFillSz: filled }] })]
    }
    case 'bybit':
      return [text({ topic: 'order', data: [{ orderLinkId: clientId, cumExecQty: filled }] })]
    default:
      return [text({ arg: { channel: 'orders' }, action: 'snapshot', data: [status] })]
  }
}

/** Somebody sends some of it to our account there, from his own elsewhere. */
async function deposit(venue: (typeof tradedVenues)[number]) {
  const network = 'ERC20'
  const other = await bench.venues.client(venue === 'binance' ? 'okx' : 'binance', otherKey)
  const { address } = await (await client(venue)).fetchDepositAddress('USDT', { network })
  await other.withdraw('USDT', 200, String(address), undefined, { network })
}

test('D2 on every venue a deposit is booked as soon as the balance stream tells of it', async () => {
  await listening()
  await bench.told()
  for (const venue of tradedVenues) await deposit(venue)
  const moved = tradedVenues.map((venue) => `P2 Money moved on ${venue} without a trade`)
  const told: string[] = []
  // Nobody asks for a look: what is known of the deposits the streams have told.
  await expect
    .poll(async () => {
      told.push(...(await bench.told()))
      return told.toSorted()
    }, patient)
    .toEqual(moved.toSorted())
  await expectEven(...tradedVenues)
})

test('D2 a stream that tells of one difference again and again makes it no alarm any sooner', async () => {
  await listening()
  await bench.told()
  const differences = async () => {
    const standings = await bench.reconciling.store.standings()
    return standings.find(({ venue }) => venue === 'kucoin')?.differences
  }
  credit('kucoin', 'USDT', '-500')
  await expect.poll(differences, patient).toMatchObject([{ asset: 'USDT', sightings: 1 }])
  // Two looks prove something only when they lie apart: the second comes when it is due.
  for (let times = 0; times < 20; times++) {
    credit('kucoin', 'USDT', times % 2 === 0 ? '-1' : '1')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  expect(await differences()).toMatchObject([{ asset: 'USDT', sightings: 1 }])
  expect(await bench.told()).toEqual([])
  credit('kucoin', 'USDT', '500')
  await expectEven('kucoin')
})

test('C1 an account stream that is up and stays silent is begun anew once a look has found what it did not tell', async () => {
  const ears = await listening()
  const { faults } = bench.venues.servers
  // What it said as it was subscribed to is looked at first.
  await new Promise((resolve) => setTimeout(resolve, 1500))
  faults.desk('bitget', { kind: 'quiet-stream' })
  await deposit('bitget')
  await expect
    .poll(async () => {
      await ears.tick()
      return ears.said
    }, patient)
    .toEqual([
      'bitget tells nothing of our account; REST asks at its own pace',
      'bitget tells of our account again',
    ])
  faults.heal('bitget')
  await sendOrder(await client('bitget'), {
    side: 'buy',
    amount: 0.01,
    price: 40_000,
    clientId: 'byhand2',
  })
  await expect.poll(() => ears.heard, patient).toContain('bitget byhand2')
  await expectEven('bitget')
})
