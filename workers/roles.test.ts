import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { openRoleBench, type RoleBench } from '../test/role-bench.ts'
import { scriptedMarket } from '../test/scripted-source.ts'
import { grantTrade, openStores, declare } from '../test/stores.ts'
import { openTradingFloor, type TradingFloor } from '../test/trading-floor.ts'
import { readConfig } from '../src/config.ts'
import { openDatabase } from '../src/database/connect.ts'
import { openPostgresOutbox } from '../src/database/postgres-outbox.ts'
import { createLog } from '../src/log.ts'
import { format } from '../src/money.ts'
import type { Notification } from '../src/notification/notification.ts'
import { crossShard } from '../src/opportunity/shards.ts'
import { openRuntime } from '../src/runtime.ts'
import { loopRole } from './loop-role.ts'
import { sweepRole } from './sweep-role.ts'
import { tradeRole } from './trade-role.ts'

const route = 'cross SOL/USDT kucoin>binance'
const venuesOfFloor = ['kucoin', 'binance']

let floor: TradingFloor
let binanceBid = 99.9
let stopMoving: () => void
beforeAll(async () => {
  const assets = ['USDT', 'SOL', 'ETH'].map((asset) => ({
    asset,
    name: asset,
    networks: [
      { network: 'ERC20', contract: `0x${asset}`, deposit: true, withdraw: true, withdrawFee: 1 },
    ],
  }))
  const markets = [scriptedMarket('SOL/USDT'), scriptedMarket('ETH/USDT')]
  floor = await openTradingFloor({ kucoin: markets, binance: markets }, assets)
  // Both books move all the time, as a market that can be traded does.
  let beat = 0
  const timer = setInterval(() => {
    const size = 50 + (beat++ % 5)
    floor.show('kucoin', 'SOL/USDT', { bids: [[99.9, size]], asks: [[100, size]] })
    floor.show('binance', 'SOL/USDT', {
      bids: [[binanceBid, size]],
      asks: [[binanceBid + 0.1, size]],
    })
  }, 150)
  stopMoving = () => clearInterval(timer)
})
afterAll(async () => {
  stopMoving()
  await floor.close()
})

const calm = {
  'filter.volume_usdt_min': '0',
  'approval.life_ms_min': '300',
  'sweep.period_ms': '1500',
}

async function openDesk(overrides: Readonly<Record<string, string>>): Promise<RoleBench> {
  binanceBid = 99.9
  const bench = await openRoleBench({
    overrides: { ...calm, ...overrides },
    environment: { ARBDESK_VENUES: venuesOfFloor.join() },
    venuesUrl: () => floor.servers.url,
  })
  onTestFinished(bench.close)
  return bench
}

/** What people are told, in order. */
function listen({ databaseUrl }: RoleBench) {
  const { db, close } = openDatabase({ url: databaseUrl, name: 'test' })
  onTestFinished(close)
  const outbox = openPostgresOutbox(db)
  const all = async () => (await outbox.read(0, 1000)).map(({ notification }) => notification)
  return {
    all,
    /** "opportunity", "approval asked", "trade settled", "alert venue okx", … */
    words: async () => (await all()).map(wordOf),
  }
}

function wordOf(told: Notification): string {
  switch (told.kind) {
    case 'opportunity':
      return 'opportunity'
    case 'approval':
      return `approval ${told.approval.state}`
    case 'trade':
      return `trade ${told.trade.state}`
    case 'alert':
    case 'status':
      return `${told.kind} ${told.subject}`
  }
}

/** As a person changes a setting in a process of its own. */
async function change({ databaseUrl }: RoleBench, key: string, text: string): Promise<void> {
  const config = readConfig({ DATABASE_URL: databaseUrl })
  const runtime = await openRuntime(config, createLog({ level: 'silent' }), 'person')
  await runtime.settings.change(key, text, 'terminal:ann')
  await runtime.close()
}

const patient = { timeout: 15_000, interval: 50 }

test('sweep, loop and trade together turn a gap into a settled trade, once', async () => {
  const desk = await openDesk({ 'approval.mode': 'auto' })
  const { all, words } = listen(desk)
  const roles = [sweepRole, loopRole, tradeRole].map((role) => desk.start(role))
  await Promise.all(roles.map(({ ready }) => ready))
  await expect.poll(words, patient).toContain('status market')
  expect(await all()).toMatchObject([
    { kind: 'status', subject: 'market', text: 'the market is up: 4 markets on 2 of 2 venues' },
  ])

  binanceBid = 102
  await expect.poll(words, patient).toContain('trade settled')
  const trades = (await all()).flatMap((told) => (told.kind === 'trade' ? [told.trade] : []))
  const settled = trades.at(-1)
  if (settled?.state !== 'settled') throw new Error(settled?.state)
  expect(settled.route).toBe(route)
  expect(format(settled.realisedNet)).toBe(format(settled.expectedNet))
  // The gap stands, and is neither offered nor traded again.
  await sleep(1500)
  expect((await words()).slice(1)).toEqual([
    'opportunity',
    'approval asked',
    'approval granted',
    'trade executing',
    'trade settled',
  ])

  binanceBid = 99.9
  const stores = openStores(desk.databaseUrl)
  onTestFinished(stores.cutOff)
  await expect.poll(() => stores.approvals.listLive(), patient).toEqual([])
  // Over three shards the symbol falls to one that runs already, on other symbols.
  expect([2, 3].map((shards) => crossShard('SOL/USDT', shards))).toEqual(['cross:0', 'cross:1'])
  expect(crossShard('ETH/USDT', 2)).toBe('cross:1')
  await change(desk, 'loop.cross_shards', '3')
  await expect
    .poll(async () => (await stores.shards.list()).map(({ shard }) => shard), patient)
    .toContain('cross:2')
  binanceBid = 102
  await expect
    .poll(async () => (await words()).filter((word) => word === 'trade settled').length, patient)
    .toBe(2)
  expect(desk.complaints).toEqual([])
}, 60_000)

test('a question that nobody answers expires and is told, and a venue that fails is an alert', async () => {
  const desk = await openDesk({ 'approval.mode': 'ask', 'approval.lives_ms': '1000' })
  const { all, words } = listen(desk)
  for (const role of [sweepRole, loopRole, tradeRole]) desk.start(role)
  await expect.poll(words, patient).toContain('status market')
  binanceBid = 102
  await expect.poll(words, patient).toContain('approval expired')

  floor.servers.faults.rest('binance', { status: 503 })
  onTestFinished(() => floor.servers.faults.heal('binance'))
  await expect.poll(words, patient).toContain('alert cross trading')
  floor.servers.faults.heal('binance')
  const alerts = async () =>
    (await all()).flatMap((told) =>
      told.kind === 'alert' ? [`${told.severity} ${told.text}`] : [],
    )
  await expect.poll(alerts, patient).toHaveLength(4)
  // Venues are waited for, so that several are one alert.
  expect((await alerts()).toSorted()).toEqual([
    expect.stringMatching(/^P1 binance is left out: .*503/),
    'P1 only one venue answers: cross-exchange trading is stopped until two do',
    'P2 binance is back',
    'P2 two venues or more answer again: cross-exchange gaps are looked for',
  ])
}, 60_000)

test('a market of which no venue answers from the beginning is said to stop cross trading', async () => {
  for (const venue of venuesOfFloor) floor.servers.faults.rest(venue, { status: 503 })
  onTestFinished(() => venuesOfFloor.forEach((venue) => floor.servers.faults.heal(venue)))
  const desk = await openDesk({})
  const { all } = listen(desk)
  desk.start(sweepRole)
  const told = async () => (await all()).flatMap((each) => (each.kind === 'alert' ? each.text : []))
  await expect
    .poll(told, patient)
    .toContain('no venue answers: cross-exchange trading is stopped until two do')
  for (const venue of venuesOfFloor) floor.servers.faults.heal(venue)
  await expect
    .poll(told, patient)
    .toContain('two venues or more answer again: cross-exchange gaps are looked for')
}, 60_000)

test('a trade that was approved when everything stopped is carried out first thing', async () => {
  const desk = await openDesk({})
  const stores = openStores(desk.databaseUrl)
  onTestFinished(stores.cutOff)
  binanceBid = 102
  for (const venue of venuesOfFloor) {
    const listing = floor.markets.filter((market) => market.venue === venue)
    await stores.markets.saveListing(venue, listing, [])
  }
  await stores.markets.saveValues(new Map(Object.entries({ USDT: 1, SOL: 100 })))
  await declare(stores, {
    'kucoin USDT': '1000',
    'kucoin SOL': '10',
    'binance USDT': '1000',
    'binance SOL': '10',
  })
  await sleep(200)
  const trade = await grantTrade(
    stores,
    await floor.offer([
      ['kucoin', 'SOL/USDT', 'buy'],
      ['binance', 'SOL/USDT', 'sell'],
    ]),
  )
  const role = desk.start(tradeRole)
  await role.ready
  await expect.poll(async () => (await stores.trades.find(trade))?.state, patient).toBe('settled')
  await role.stop()
}, 60_000)
