import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { crossOpportunity } from '../test/opportunities.ts'
import { declare, openStores, openTestStores, type TestStores } from '../test/stores.ts'
import type { Notification } from '../src/notification/notification.ts'
import { createOffers, type OfferDesk, type Offers } from './offers.ts'

const route = crossOpportunity().route
const policy = {
  'approval.mode': 'ask',
  'approval.auto_notional_usdt_max': 100,
  'approval.lives_ms': 60_000,
} as const

let stores: TestStores
beforeAll(async () => {
  stores = await openTestStores()
})
afterAll(() => stores.close())
beforeEach(() => stores.empty())

type Shard = {
  readonly offers: Offers
  /** "opportunity", "opportunity blocked", "approval asked" … in the order they were told. */
  readonly told: string[]
  readonly notifications: Notification[]
  readonly traded: string[]
  nowMs: number
}

const wordOf = (notification: Notification): string => {
  if (notification.kind === 'approval') return `approval ${notification.approval.state}`
  if (notification.kind === 'opportunity' && notification.blocked !== undefined)
    return 'opportunity blocked'
  return notification.kind
}

/** What one shard offers, on stores of its own; only the clock is not real. */
function openShard(changes: Partial<OfferDesk> = {}): Shard {
  const shard: Omit<Shard, 'offers'> = { told: [], notifications: [], traded: [], nowMs: 0 }
  const desk: OfferDesk = {
    approvals: stores.approvals,
    trades: stores.trades,
    policy: () => policy,
    forbidden: async () => [],
    async announce(notification) {
      shard.notifications.push(notification)
      shard.told.push(wordOf(notification))
    },
    executeTrade: async (trade) => void shard.traded.push(trade),
    nowMs: () => shard.nowMs,
    ...changes,
  }
  return Object.assign(shard, { offers: createOffers(desk) })
}
const auto = () => ({ ...policy, 'approval.mode': 'auto' as const })
const openOnes = () => stores.approvals.listOpen()
const liveOnes = async () => (await stores.approvals.listLive()).map(({ id }) => id)

test('one gap gives one offer, however often it is looked at', async () => {
  const { offers, told } = openShard()
  const gap = crossOpportunity()
  expect(offers.wants(route)).toBe(true)
  const first = offers.offer(gap)
  expect(offers.wants(route)).toBe(false)
  await Promise.all([first, offers.offer(crossOpportunity()), offers.offer(crossOpportunity())])
  await offers.follow()
  expect(offers.wants(route)).toBe(false)
  expect(told).toEqual(['opportunity', 'approval asked'])
  expect(await openOnes()).toMatchObject([{ opportunity: gap.id, state: 'asked' }])
})

test('a gap that closes takes its question along, and the next one is asked about anew', async () => {
  const { offers, told } = openShard()
  await offers.offer(crossOpportunity())
  await offers.end(route, 'the gap closed')
  await offers.end(route, 'the gap closed')
  expect(told.at(-1)).toBe('approval superseded')
  expect([await openOnes(), await liveOnes()]).toEqual([[], []])
  expect(offers.wants(route)).toBe(true)
  const next = crossOpportunity()
  await offers.offer(next)
  expect(await liveOnes()).toEqual([next.id])
  expect(told).toEqual([
    'opportunity',
    'approval asked',
    'approval superseded',
    'opportunity',
    'approval asked',
  ])
})

test('an answered question is left as it was answered when the gap closes', async () => {
  const { offers, told } = openShard()
  await offers.offer(crossOpportunity())
  const [asked] = await openOnes()
  await stores.approvals.answer(asked?.id ?? '', { verdict: 'refused', by: 'terminal:ann' })
  await offers.follow()
  expect(offers.wants(route)).toBe(false)
  await offers.end(route, 'the gap closed')
  expect(told).toEqual(['opportunity', 'approval asked'])
  expect(await stores.approvals.find(asked?.id ?? '')).toMatchObject({ state: 'refused' })
})

test('auto grants and trades once while the gap lives', async () => {
  const { offers, told, traded } = openShard({ policy: auto })
  await offers.offer(crossOpportunity())
  await offers.follow()
  expect(told).toEqual(['opportunity', 'approval asked', 'approval granted'])
  expect(traded).toEqual(await stores.trades.listUnfinished())
  expect(traded).toHaveLength(1)
  expect(offers.wants(route)).toBe(false)
})

test('auto asks a person where the wallet is unknown or the trade is large', async () => {
  const { offers, traded } = openShard({ policy: auto })
  await offers.offer(crossOpportunity({ wallet: 'unknown' }))
  await offers.offer(crossOpportunity({ route: 'cross BTC/USDT okx>mexc', notionalUsdt: 101 }))
  expect(traded).toEqual([])
  expect(await openOnes()).toHaveLength(2)
})

test('a gap that closes while its question is on the way is withdrawn, and auto does not trade it', async () => {
  const shard = openShard({
    policy: auto,
    async forbidden() {
      await shard.offers.end(route, 'the gap closed')
      return []
    },
  })
  const gap = crossOpportunity()
  await shard.offers.offer(gap)
  expect([await openOnes(), await liveOnes(), shard.traded, shard.told]).toEqual([[], [], [], []])
  expect(shard.offers.wants(route)).toBe(true)
})

test('a gap that closes while people are being told is withdrawn from them', async () => {
  const shard = openShard({
    async announce(notification) {
      shard.told.push(wordOf(notification))
      if (notification.kind === 'opportunity') await shard.offers.end(route, 'the gap closed')
    },
  })
  await shard.offers.offer(crossOpportunity())
  expect([await openOnes(), await liveOnes()]).toEqual([[], []])
  expect(shard.told.toSorted()).toEqual(['approval asked', 'approval superseded', 'opportunity'])
})

test('what a limit forbids is told once, and asked when the limit allows', async () => {
  let sentences = ['paused: the desk is paused', 'day loss: too much']
  const shard = openShard({ forbidden: async () => sentences })
  const { offers, told } = shard
  const told1 = crossOpportunity()
  await offers.offer(told1)
  expect(shard.notifications).toEqual([
    {
      kind: 'opportunity',
      opportunity: told1,
      blocked: 'paused: the desk is paused; day loss: too much',
    },
  ])
  expect(offers.wants(route)).toBe(false)
  shard.nowMs += 2000
  expect(offers.wants(route)).toBe(true)
  await offers.offer(crossOpportunity())
  expect(told).toEqual(['opportunity blocked'])
  expect(await liveOnes()).toEqual([told1.id])

  sentences = []
  shard.nowMs += 2000
  const asked = crossOpportunity()
  await offers.offer(asked)
  expect(told).toEqual(['opportunity blocked', 'opportunity', 'approval asked'])
  expect(await liveOnes()).toEqual([asked.id])
  await offers.end(route, 'the gap closed')
  expect(await liveOnes()).toEqual([])
})

test('a blocked gap that closes is over, however often it was looked at', async () => {
  const shard = openShard({ forbidden: async () => ['paused: the desk is paused'] })
  await shard.offers.offer(crossOpportunity())
  shard.nowMs += 2000
  await shard.offers.offer(crossOpportunity())
  await shard.offers.end(route, 'the gap closed')
  expect(await liveOnes()).toEqual([])
})

test('in alert mode a gap is told and nobody is asked, until the mode changes', async () => {
  let mode: 'alert' | 'ask' = 'alert'
  const shard = openShard({ policy: () => ({ ...policy, 'approval.mode': mode }) })
  await shard.offers.offer(crossOpportunity())
  expect([shard.told, await openOnes()]).toEqual([['opportunity blocked'], []])
  mode = 'ask'
  shard.nowMs += 2000
  await shard.offers.offer(crossOpportunity())
  expect(shard.told).toEqual(['opportunity blocked', 'opportunity', 'approval asked'])
})

async function endTrade(id: string, state: 'abandoned' | 'settled'): Promise<void> {
  const { trades } = stores
  const claim = await trades.claim(id, 'worker', 10_000)
  if (claim.outcome !== 'claimed') throw new Error(claim.outcome)
  if (state === 'abandoned')
    await trades.finish(id, claim.epoch, { state, reason: 'the price moved', foundNet: 1n })
  else {
    await declare(stores, { 'kucoin USDT': '1000', 'binance BTC': '1' })
    await trades.begin(id, claim.epoch, claim.trade.plan, 1n)
    const end = { realisedNet: 1n, realisedUsdt: 1, residual: [], reason: '' }
    await trades.finish(id, claim.epoch, { state, ...end })
  }
}

test('after a trade that came to nothing the gap is asked about as a new opportunity', async () => {
  const shard = openShard({ policy: auto })
  const { offers, traded, told } = shard
  await offers.offer(crossOpportunity())
  await endTrade(traded[0] ?? '', 'abandoned')
  await offers.follow()
  expect(offers.wants(route)).toBe(false)
  shard.nowMs += 5000
  expect(offers.wants(route)).toBe(true)
  const again = crossOpportunity()
  await offers.offer(again)
  expect(traded).toHaveLength(2)
  expect(told.slice(3)).toEqual(['opportunity', 'approval asked', 'approval granted'])
  expect(await liveOnes()).toEqual([again.id])

  await endTrade(traded[1] ?? '', 'settled')
  await offers.follow()
  shard.nowMs += 60_000
  expect(offers.wants(route)).toBe(false)
})

test('of two shards that race for one route one asks, and the other tells nobody', async () => {
  const rival = openStores(stores.url)
  const one = openShard({ policy: auto })
  const two = openShard({ policy: auto, approvals: rival.approvals, trades: rival.trades })
  for (let round = 0; round < 5; round++) {
    await stores.empty()
    const before = one.traded.length + two.traded.length
    await Promise.all([one.offers.offer(crossOpportunity()), two.offers.offer(crossOpportunity())])
    expect(one.traded.length + two.traded.length).toBe(before + 1)
    expect(await liveOnes()).toHaveLength(1)
    for (const { offers } of [one, two]) {
      expect(offers.wants(route)).toBe(false)
      await offers.end(route, 'the gap closed')
    }
  }
  expect([...one.told, ...two.told].filter((word) => word === 'opportunity')).toHaveLength(5)
  await rival.cutOff()
})

test('a question that another shard asked is closed with its own opportunity', async () => {
  const [one, two] = [openShard(), openShard()]
  const gap = crossOpportunity()
  await one.offers.offer(gap)
  await two.offers.offer(crossOpportunity())
  await two.offers.end(route, 'the gap closed')
  expect(two.told).toEqual(['approval superseded'])
  expect(two.notifications[0]).toMatchObject({ opportunity: { id: gap.id } })
})

test('what a killed owner asked is adopted and not asked twice', async () => {
  const killed = openShard()
  const gap = crossOpportunity()
  await killed.offers.offer(gap)

  const shard = openShard()
  const { offers, told } = shard
  await offers.adopt(await stores.approvals.listLive(), new Date(Date.now() - 60_000))
  expect([offers.routes(), offers.wants(route)]).toEqual([[route], false])
  await offers.follow()
  expect(told).toEqual([])
  await offers.end(route, 'the gap is gone')
  expect(told).toEqual(['approval superseded'])
  expect([await openOnes(), await liveOnes()]).toEqual([[], []])
})

test('adopting ends what nobody watched any more, and the older of two on one route', async () => {
  const killed = openShard()
  const old = 'cross ETH/USDT kucoin>binance'
  await killed.offers.offer(
    crossOpportunity({ route: old, detectedAt: new Date(Date.now() - 200_000) }),
  )
  const stale = crossOpportunity({ detectedAt: new Date(Date.now() - 5000) })
  await stores.approvals.saveOpportunity(stale)
  const newest = crossOpportunity()
  await killed.offers.offer(newest)

  const { offers, told } = openShard()
  await offers.adopt(await stores.approvals.listLive(), new Date(Date.now() - 120_000))
  expect(offers.routes()).toEqual([route])
  expect(offers.wants(old)).toBe(true)
  expect(told).toEqual(['approval superseded'])
  expect(await liveOnes()).toEqual([newest.id])
  expect(await openOnes()).toMatchObject([{ opportunity: newest.id }])
})

test('a database that fails half way is tried again, and people hear of what is asked then', async () => {
  let broken = true
  const shard = openShard({
    async announce(notification) {
      if (broken) throw new Error('the database is away')
      shard.told.push(wordOf(notification))
    },
  })
  const { offers } = shard
  await expect(offers.offer(crossOpportunity())).rejects.toThrow('the database is away')
  expect(offers.wants(route)).toBe(false)
  broken = false
  shard.nowMs += 2000
  expect(offers.wants(route)).toBe(true)
  const again = crossOpportunity()
  await offers.offer(again)
  expect(shard.told).toEqual(['approval superseded', 'opportunity', 'approval asked'])
  expect(await openOnes()).toMatchObject([{ opportunity: again.id }])
  expect(await liveOnes()).toEqual([again.id])
})

test('what could not be closed is closed once the database is back', async () => {
  let away = false
  const shard = openShard({
    approvals: {
      ...stores.approvals,
      async endOpportunity(id) {
        if (away) throw new Error('the database is away')
        await stores.approvals.endOpportunity(id)
      },
    },
  })
  await shard.offers.offer(crossOpportunity())
  away = true
  await expect(shard.offers.end(route, 'the gap closed')).rejects.toThrow('away')
  await expect(shard.offers.follow()).rejects.toThrow('away')
  away = false
  await shard.offers.follow()
  expect([await openOnes(), await liveOnes()]).toEqual([[], []])
})
