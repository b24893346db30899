// A transfer trade from the gap to the books, on paper: offered by a shard, approved, bought, sent, sold, and
// the money sent back. Real PostgreSQL, the role that trades, venue servers over sockets.
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { renderCard } from '../bots/terminal/render-card.ts'
import { openDatabase } from '../src/database/connect.ts'
import { openPostgresExposureStore } from '../src/database/postgres-exposure-store.ts'
import { openPostgresProfitStore } from '../src/database/postgres-profit-store.ts'
import { openPostgresSettingsStore } from '../src/database/postgres-settings-store.ts'
import { openPostgresTransferStore } from '../src/database/postgres-transfer-store.ts'
import type { VenueAsset } from '../src/market/asset.ts'
import { createBooks, writeBook } from '../src/market/books.ts'
import { format, parseDecimal } from '../src/money.ts'
import { describe } from '../src/notification/describe.ts'
import { createUsualPrices } from '../src/opportunity/doubts.ts'
import { defaultSettings, parseSetting, type Settings } from '../src/settings/settings.ts'
import { costOfEnd } from '../src/trade/exposure.ts'
import { openPositionsOf } from '../src/trade/open-position.ts'
import type { Trade } from '../src/trade/trade.ts'
import type { TransferState } from '../src/trade/transfer/transfer.ts'
import { createOffers } from '../workers/offers.ts'
import { createShardAccount } from '../workers/shard-account.ts'
import { createShardGaps } from '../workers/shard-gaps.ts'
import { readShardMarket } from '../workers/shard-market.ts'
import { tradeRole } from '../workers/trade-role.ts'
import { openRoleBench, type RoleBench } from './role-bench.ts'
import { scriptedMarket } from './scripted-source.ts'
import { declare, openStores } from './stores.ts'
import { openTradingFloor, type TradingFloor } from './trading-floor.ts'

const route = 'transfer SOL/USDT kucoin>binance'
const venues = ['kucoin', 'binance'] as const
const patient = { timeout: 40_000, interval: 50 }
const labels = { mode: 'paper', market: 'simulator' } as const
const hourMs = 3_600_000

const open = { deposit: 'open', withdraw: 'open' } as const
const coin = (venue: string, asset: string, network: string, fee: string): VenueAsset => ({
  venue,
  asset,
  ...open,
  networks: [
    { network, ...open, withdrawFee: parseDecimal(fee), withdrawMin: parseDecimal('0.1') },
  ],
})
const coinsOf = (venue: string) => [
  coin(venue, 'SOL', 'SOL', '0.005'),
  coin(venue, 'USDT', 'TRC20', '0.5'),
]

let floor: TradingFloor
beforeAll(async () => {
  floor = await openTradingFloor({
    kucoin: [scriptedMarket('SOL/USDT')],
    binance: [scriptedMarket('SOL/USDT')],
  })
})
afterAll(() => floor.close())

/** Kucoin asks 100 and a little more for what lies deeper; Binance bids `bid`. */
const show = (bid: number) => {
  floor.show('kucoin', 'SOL/USDT', {
    bids: [[99.9, 50]],
    asks: [
      [100, 2],
      [100.1, 50],
    ],
  })
  floor.show('binance', 'SOL/USDT', {
    bids: [
      [bid, 2],
      [bid - 0.1, 50],
    ],
    asks: [[bid + 0.2, 50]],
  })
}
beforeEach(() => show(104))

type Desk = RoleBench & {
  readonly stores: ReturnType<typeof openStores>
  readonly database: ReturnType<typeof openDatabase>
}

async function openDesk(
  overrides: Readonly<Record<string, string>> = {},
  coins: Readonly<Record<string, string>> = {},
): Promise<Desk> {
  const bench = await openRoleBench({
    overrides: { 'opportunity.transfer': 'true', 'paper.transfer_ms': '1500', ...overrides },
    environment: { ARBDESK_VENUES: venues.join(',') },
    venuesUrl: () => floor.servers.url,
  })
  onTestFinished(bench.close)
  const stores = openStores(bench.databaseUrl)
  onTestFinished(stores.cutOff)
  const database = openDatabase({ url: bench.databaseUrl, name: 'test' })
  onTestFinished(database.close)
  for (const venue of venues) {
    const listing = floor.markets.filter((market) => market.venue === venue)
    await stores.markets.saveListing(venue, listing, coinsOf(venue))
  }
  await stores.markets.saveValues(new Map(Object.entries({ USDT: 1, SOL: 100 })))
  await declare(stores, { 'kucoin USDT': '1000', 'binance USDT': '1000', ...coins })
  return { ...bench, stores, database }
}

const settingsOf = (overrides: Readonly<Record<string, string>>): Settings => ({
  ...defaultSettings('simulator'),
  ...Object.fromEntries(
    Object.entries(overrides).map(([key, text]) => {
      const read = parseSetting(key, text)
      if (read.outcome === 'bad') throw new Error(read.message)
      return [key, read.value]
    }),
  ),
})

/** What a shard makes of the gap that stands for two seconds, and what refused it. */
async function watchGap({ stores }: Desk, overrides: Readonly<Record<string, string>> = {}) {
  const settings = settingsOf({
    'opportunity.transfer': 'true',
    'approval.suspicious_percent': '5',
    ...overrides,
  })
  const market = await readShardMarket(stores.markets, {
    shard: 'cross:0',
    venues,
    crossShards: 1,
    startAssets: ['USDT'],
  })
  if (market === undefined) throw new Error('no markets')
  const wallMs = Date.now()
  market.takeStatuses(
    venues.map((venue) => ({ venue, sweptAt: new Date(wallMs) })),
    wallMs,
  )
  const account = createShardAccount(stores)
  await account.refresh()
  const books = createBooks(market.universe.length)
  const { approvals, trades } = stores
  const offers = createOffers({
    approvals,
    trades,
    policy: () => settings,
    forbidden: async () => [],
    mandate: () => Promise.resolve(undefined),
    executeTrade: async () => undefined,
    nowMs: () => performance.now(),
  })
  const gaps = createShardGaps({
    market,
    books,
    account,
    usual: createUsualPrices(market.universe.length),
    offers,
    // One standard deviation of a minute is 0.1 % of the price.
    risk: (_venue, _symbol, minutes) => 0.001 * Math.sqrt(minutes),
    settings: () => settings,
    refresh: () => undefined,
    onError(error) {
      throw error
    },
  })
  const names = Array.from({ length: market.table.count }, (_, k) => market.nameOf(k))
  for (let atMs = -300; atMs <= 2000; atMs += 100) {
    for (const venue of venues) {
      const { bids, asks } = floor.source.book(venue, 'SOL/USDT')
      const id = market.idOf(venue, 'SOL/USDT') ?? -1
      const moved = asks.map(([at, size]) => [at, size + (atMs % 7) / 100] as const)
      writeBook(books, id, bids, moved, atMs, Number.NaN)
    }
    if (atMs === 0) gaps.opened(names.indexOf('cross SOL/USDT kucoin>binance'))
    await gaps.lookAtAll({ nowMs: atMs, wallMs: wallMs + atMs, settings })
  }
  return gaps.drain(wallMs + 2000)
}

const cardOf = (notification: Parameters<typeof describe>[0]['notification']) =>
  renderCard(describe({ seq: 1, at: new Date(), key: '', notification }, labels), {
    width: 160,
    color: false,
  })

async function offered({ stores }: Desk) {
  const find = async () =>
    (await stores.approvals.listOpen()).find((approval) => approval.route === route)
  await expect.poll(find, patient).toBeDefined()
  const approval = await find()
  const opportunity = (
    await stores.approvals.listOpportunities({ sinceMs: hourMs, limit: 10, kind: 'transfer' })
  )[0]
  if (approval === undefined || opportunity === undefined) throw new Error('it is not offered')
  return { approval, opportunity }
}

/** As a person presses it. */
async function approve({ stores }: Desk, id: string): Promise<string> {
  const answered = await stores.approvals.answer(id, { verdict: 'granted', by: 'terminal:ann' })
  if (answered.outcome !== 'answered' || answered.approval.state !== 'granted')
    throw new Error(answered.outcome)
  return answered.approval.trade
}

const tradeIn = async ({ stores }: Desk, id: string) => {
  const trade = await stores.trades.find(id)
  if (trade === undefined) throw new Error(`there is no trade ${id}`)
  return trade
}
/** Once it has ended like that. */
async function ended<State extends Trade['state']>(desk: Desk, id: string, state: State) {
  await expect.poll(async () => (await tradeIn(desk, id)).state, patient).toBe(state)
  return (await tradeIn(desk, id)) as Extract<Trade, { state: State }>
}

/** Waits until a transfer of the trade stands like that. */
const sendIn = (desk: Desk, id: string, state: TransferState, part = 'o1') =>
  expect
    .poll(
      async () =>
        (await tradeIn(desk, id)).sends?.find((send) => send.id === `${id}${part}`)?.state,
      { ...patient, interval: 10 },
    )
    .toBe(state)

const storyOf = async ({ stores }: Desk, id: string) =>
  (await stores.told()).flatMap((notification) =>
    notification.kind === 'trade' && notification.trade.id === id ? [cardOf(notification)] : [],
  )

async function balances({ stores }: Desk): Promise<Record<string, string>> {
  return Object.fromEntries(
    (await stores.trades.balances())
      .filter(({ free, reserved }) => free !== 0n || reserved !== 0n)
      .map(({ venue, asset, free, reserved }) => [
        `${venue} ${asset}`,
        `${format(free)}${reserved === 0n ? '' : ` and ${format(reserved)} set aside`}`,
      ]),
  )
}

/** Everything the trade's orders and transfers moved, from what is kept of them. */
function movedBy({ fills, sends = [] }: Trade): ReadonlyMap<string, bigint> {
  const moved = new Map<string, bigint>()
  const move = (place: string, amount: bigint) =>
    moved.set(place, (moved.get(place) ?? 0n) + amount)
  for (const { venue, spent, received } of fills) {
    move(`${venue} ${spent.asset}`, -spent.amount)
    move(`${venue} ${received.asset}`, received.amount)
  }
  for (const { from, to, asset, amount, fee, arrived } of sends) {
    move(`${from} ${asset}`, -(amount + fee))
    move(`${to} ${asset}`, arrived ?? 0n)
  }
  return moved
}

test('a gap that is funded on both sides is offered as a cross trade alone', async () => {
  const desk = await openDesk({}, { 'binance SOL': '10' })
  await watchGap(desk)
  await expect.poll(() => desk.stores.approvals.listOpen(), patient).not.toEqual([])
  expect((await desk.stores.approvals.listOpen()).map((approval) => approval.route)).toEqual([
    'cross SOL/USDT kucoin>binance',
  ])
})

test('a transfer trade is offered with its steps and costs, approved, bought, sent, sold and brought home, and the ledger agrees to the last digit', async () => {
  const desk = await openDesk()
  await watchGap(desk)
  const { approval, opportunity } = await offered(desk)
  const asked = cardOf({ kind: 'approval', approval, opportunity })
  for (const words of [
    /\[PAPER\] .*SOL\/USDT kucoin → sent → binance/,
    /gross [\d.]+ - trading fees 0\.20\d* - network fees 1\.00\d* = net \+2\.6\d* USDT/,
    /1 buy 0\.998 SOL on kucoin; 2 send 0\.993 SOL to binance on SOL, which takes 0\.005 SOL and about 3 min/,
    /3 sell 0\.993 SOL on binance at what it is worth then, not below 102\.[\d.]+ USDT/,
    /then back: 102\.[\d]+ USDT to kucoin on TRC20, which takes 0\.5 USDT and about 3 min/,
    /Takes: about 3 min until it is sold, 6 min in all/,
    /Price risk: ± 0\.1\d+ USDT \(0\.17 %\)/,
  ])
    expect(asked.replaceAll(/\s+/g, ' ')).toMatch(words)
  // Both books were walked: a little more than their best prices, on either side.
  const [buy, sell] = opportunity.legs
  expect([
    Number(format(buy?.average ?? 0n)) > 100,
    Number(format(sell?.average ?? 0n)) < 104,
  ]).toEqual([true, true])
  expect(opportunity.net).toBe(
    (sell?.receives.amount ?? 0n) - (buy?.spends.amount ?? 0n) - parseDecimal('0.5'),
  )

  const profits = openPostgresProfitStore(desk.database.db, { mode: 'paper' })
  await desk.start(tradeRole).ready
  const id = await approve(desk, approval.id)
  // Nobody else moves anything here: until it ends, all that is held beyond what was paid in is its doing.
  await sendIn(desk, id, 'in-transit')
  const [underWay, beyond] = await Promise.all([profits.underWay(), profits.beyondHolding()])
  expect(underWay).toEqual({ trades: 1, changes: beyond })
  expect(beyond.map(({ asset }) => asset)).toEqual(['SOL', 'USDT'])
  const trade = await ended(desk, id, 'settled')
  expect(await profits.underWay()).toEqual({ trades: 0, changes: [] })
  expect(await desk.stores.trades.unexplained()).toEqual([])
  const moved = movedBy(trade)
  expect(moved.get('kucoin USDT')).toBe(trade.realisedNet)
  expect([...moved].filter(([, amount]) => amount !== 0n).map(([place]) => place)).toEqual([
    'kucoin USDT',
  ])
  expect(await balances(desk)).toEqual({
    'binance USDT': '1000',
    'kucoin USDT': format(parseDecimal('1000') + trade.realisedNet),
  })
  // The costs of both transfers are in the trade's own profit, once.
  const span = { from: new Date(Date.now() - hourMs), to: new Date(Date.now() + hourMs) }
  const [results] = await profits.results([span])
  expect(results?.arbitrage).toEqual([{ asset: 'USDT', amount: trade.realisedNet }])
  const transit = await sql<{ account: string; asset: string; amount: string }>`
    select account, asset, sum(amount) as amount from ledger
    where account <> 'venue' and trade = ${id} group by account, asset having sum(amount) <> 0
    order by asset`.execute(desk.database.db)
  expect(
    transit.rows.map(({ account, asset, amount }) => [account, asset, Number(amount)]),
  ).toEqual([
    ['transfer-cost', 'SOL', 0.005],
    ['transfer-cost', 'USDT', 0.5],
  ])
  const story = (await storyOf(desk, id)).join('\n')
  const steps = [
    'SOL is about to leave kucoin for binance, 1 of 2 legs filled',
    'SOL is on its way from kucoin to binance on SOL',
    'SOL has arrived on binance',
    'USDT is about to leave binance for kucoin, 2 of 2 legs filled',
    'USDT is on its way from binance to kucoin on TRC20',
    `Realised +${Number(format(trade.realisedNet))} USDT`,
  ].map((words) => story.indexOf(words))
  expect(steps).toEqual(steps.toSorted((a, b) => a - b))
  expect(steps).not.toContain(-1)
  expect(desk.complaints).toEqual([])
}, 90_000)

test('S18 a price that fell while the coin was on its way is a person’s: sell now beyond the bound, and the money comes home', async () => {
  const desk = await openDesk({ 'execution.hedge_ms_max': '500', 'execution.unanswered': 'hold' })
  await watchGap(desk)
  const { approval } = await offered(desk)
  await desk.start(tradeRole).ready
  const id = await approve(desk, approval.id)
  await sendIn(desk, id, 'in-transit')
  show(97)
  const exposureOf = async () => (await tradeIn(desk, id)).exposure
  await expect.poll(async () => (await exposureOf())?.quoted, patient).toBeDefined()
  const exposure = await exposureOf()
  expect(exposure?.quoted?.ways).toMatchObject([
    { choice: 'hedge', outcome: 'possible', isBeyond: true },
    { choice: 'reverse', outcome: 'impossible', why: 'the coin is on binance by now' },
    { choice: 'proceed', outcome: 'possible', isBeyond: true, orders: [{ venue: 'binance' }] },
  ])
  expect(openPositionsOf(await tradeIn(desk, id))).toMatchObject([
    { asset: 'SOL', venues: ['binance'] },
  ])
  // Nothing was sold below what was agreed to.
  expect((await tradeIn(desk, id)).fills).toHaveLength(1)

  const way = exposure?.quoted?.ways[2]
  if (way?.outcome !== 'possible') throw new Error('there is no way home')
  const exposures = openPostgresExposureStore(desk.database.db, { mode: 'paper' })
  await exposures.ask({
    trade: id,
    since: exposure?.since ?? new Date(0),
    choice: 'proceed',
    by: 'terminal:ann',
    cost: costOfEnd((await tradeIn(desk, id)).expectedNet, way.net),
    mayExceed: true,
  })
  const trade = await ended(desk, id, 'settled')
  // What was said is what it came to.
  expect(trade.realisedNet).toBe(way.net)
  expect(trade.exposure?.decided).toMatchObject({ choice: 'proceed', by: 'terminal:ann' })
  expect(await balances(desk)).toEqual({
    'binance USDT': '1000',
    'kucoin USDT': format(parseDecimal('1000') + trade.realisedNet),
  })
  expect(await desk.stores.trades.unexplained()).toEqual([])
}, 120_000)

test('F13 D3 a desk that ends with a coin on its way goes on where it was and sends nothing twice', async () => {
  const desk = await openDesk()
  await watchGap(desk)
  const { approval } = await offered(desk)
  const role = desk.start(tradeRole)
  await role.ready
  const id = await approve(desk, approval.id)
  await sendIn(desk, id, 'in-transit')
  await role.stop()
  await desk.start(tradeRole).ready
  const trade = await ended(desk, id, 'settled')
  expect(trade.fills).toHaveLength(2)
  expect(trade.sends?.map(({ id: name, state }) => [name, state])).toEqual([
    [`${id}o1`, 'credited'],
    [`${id}b1`, 'credited'],
  ])
  expect(await desk.stores.trades.unexplained()).toEqual([])
}, 120_000)

test('G2 a kill switch that is pressed before the coin leaves keeps it where it is, and it is sold there', async () => {
  const desk = await openDesk()
  const { db } = desk.database
  await watchGap(desk)
  const { approval } = await offered(desk)
  await desk.start(tradeRole).ready
  const id = await db.transaction().execute(async (trx) => {
    // Transfers leave one by one: while this waits, none does.
    await sql`select pg_advisory_xact_lock(hashtextextended('arbdesk transfers', 0))`.execute(trx)
    const granted = await approve(desk, approval.id)
    await sendIn(desk, granted, 'requested')
    await openPostgresSettingsStore(db).change('desk.killed', false, true, 'terminal:ann')
    return granted
  })
  const trade = await ended(desk, id, 'settled')
  expect(trade.sends?.map(({ state, reason }) => [state, reason])).toEqual([
    ['rejected', 'the kill switch is pressed'],
  ])
  expect(trade.fills.map(({ venue, side, role }) => [venue, side, role])).toEqual([
    ['kucoin', 'buy', undefined],
    ['kucoin', 'sell', 'unwind'],
  ])
  expect(trade.realisedNet).toBeLessThan(0n)
  const told = (await desk.stores.told()).flatMap((one) => (one.kind === 'alert' ? [one.text] : []))
  const words = `SOL from kucoin to binance: it is still on kucoin, and with the fee of 0.005 SOL it stays with trade ${id}. Reason: the kill switch is pressed.`
  expect(told.filter((text) => text.endsWith(words))).toHaveLength(1)
  expect(await desk.stores.trades.unexplained()).toEqual([])
}, 90_000)

test('money goes home whatever became of the caps since its trade began', async () => {
  const desk = await openDesk()
  const { db } = desk.database
  await watchGap(desk)
  const { approval } = await offered(desk)
  await desk.start(tradeRole).ready
  const id = await approve(desk, approval.id)
  await sendIn(desk, id, 'in-transit')
  const settings = openPostgresSettingsStore(db)
  for (const key of ['transfer.usdt_max', 'transfer.day_usdt_max'] as const)
    await settings.change(key, defaultSettings('simulator')[key], 10, 'terminal:ann')
  const trade = await ended(desk, id, 'settled')
  expect(trade.sends?.map(({ id: name, state }) => [name, state])).toEqual([
    [`${id}o1`, 'credited'],
    [`${id}b1`, 'credited'],
  ])
}, 90_000)

test('G2 money waits for as long as the kill switch is pressed, and goes home once it is not', async () => {
  const desk = await openDesk()
  const { db } = desk.database
  const settings = openPostgresSettingsStore(db)
  await watchGap(desk)
  const { approval } = await offered(desk)
  await desk.start(tradeRole).ready
  const id = await db.transaction().execute(async (trx) => {
    const granted = await approve(desk, approval.id)
    await sendIn(desk, granted, 'credited')
    // Transfers leave one by one: while this waits, none does.
    await sql`select pg_advisory_xact_lock(hashtextextended('arbdesk transfers', 0))`.execute(trx)
    await sendIn(desk, granted, 'requested', 'b1')
    await settings.change('desk.killed', false, true, 'terminal:ann')
    return granted
  })
  // What would refuse it as well uses up no try while it waits.
  const transfers = openPostgresTransferStore(db, { mode: 'paper' })
  const refused = { outcome: 'refused', reason: 'binance has suspended withdrawals' } as const
  expect(await transfers.leave(`${id}b1`, refused)).toEqual({ outcome: 'waits' })
  await new Promise((resolve) => void setTimeout(resolve, 5000))
  expect((await tradeIn(desk, id)).sends?.map(({ state }) => state)).toEqual([
    'credited',
    'requested',
  ])
  await settings.change('desk.killed', true, false, 'terminal:ann')
  const trade = await ended(desk, id, 'settled')
  expect(trade.sends?.map(({ id: name, state }) => [name, state])).toEqual([
    [`${id}o1`, 'credited'],
    [`${id}b1`, 'credited'],
  ])
  expect(await desk.stores.trades.unexplained()).toEqual([])
}, 90_000)

test('money that stays where its coin was sold is named by the card of its trade and by an alert', async () => {
  const desk = await openDesk({ 'execution.hedge_ms_max': '500', 'execution.unanswered': 'hold' })
  await watchGap(desk)
  const { approval } = await offered(desk)
  await desk.start(tradeRole).ready
  const id = await approve(desk, approval.id)
  await sendIn(desk, id, 'in-transit')
  floor.show('binance', 'SOL/USDT', {
    bids: [
      [104, 0.5],
      [97, 50],
    ],
    asks: [[104.2, 50]],
  })
  await expect.poll(async () => (await tradeIn(desk, id)).exposure?.quoted, patient).toBeDefined()
  const exposures = openPostgresExposureStore(desk.database.db, { mode: 'paper' })
  await exposures.ask({
    trade: id,
    since: (await tradeIn(desk, id)).exposure?.since ?? new Date(0),
    choice: 'accept',
    by: 'terminal:ann',
    cost: undefined,
    mayExceed: true,
  })
  await ended(desk, id, 'settled')
  const stayed = (await balances(desk))['binance USDT']
  const amount = Number(stayed) - 1000
  expect(amount).toBeGreaterThan(50)
  const words = `${Number(amount.toPrecision(6))} USDT stayed on binance instead of kucoin.`
  expect((await storyOf(desk, id)).at(-1)).toContain(words)
  const alerts = (await desk.stores.told()).flatMap((told) =>
    told.kind === 'alert' && told.subject === `Trade ${id} did not bring all its money home`
      ? [told.text]
      : [],
  )
  expect(alerts).toHaveLength(1)
  expect(alerts[0]).toContain(words)
}, 90_000)

test('without the setting no gap is offered as a transfer trade, and one that was granted before is not made', async () => {
  const desk = await openDesk({ 'opportunity.transfer': 'false' })
  await watchGap(desk, { 'opportunity.transfer': 'false' })
  const filter = { sinceMs: hourMs, limit: 10, kind: 'transfer' } as const
  expect(await desk.stores.approvals.listOpportunities(filter)).toEqual([])
  await watchGap(desk)
  const { approval } = await offered(desk)
  await desk.start(tradeRole).ready
  const trade = await ended(desk, await approve(desk, approval.id), 'abandoned')
  expect(trade.reason).toBe('transfer trades are switched off: opportunity.transfer is false')
  expect(await balances(desk)).toEqual({ 'binance USDT': '1000', 'kucoin USDT': '1000' })
}, 60_000)
