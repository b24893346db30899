import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { crossOpportunity } from '../test/opportunities.ts'
import { abandonTrade, settleTrade } from '../test/past-trades.ts'
import { declare, openStores, openTestStores, type TestStores } from '../test/stores.ts'
import type { ApprovalStore } from '../src/approval/approval-store.ts'
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
  readonly traded: string[]
  nowMs: number
}

const wordOf = (notification: Notification): string => {
  if (notification.kind === 'approval') return `approval ${notification.approval.state}`
  if (notification.kind === 'opportunity' && notification.blocked !== undefined)
    return 'opportunity blocked'
  return notification.kind
}

/** "opportunity", "opportunity blocked", "approval asked" … in the order they were told. */
const told = async () => (await stores.told()).map(wordOf)

/** What one shard offers, on stores of its own; only the clock is not real. */
function openShard(changes: Partial<OfferDesk> = {}): Shard {
  const shard: Omit<Shard, 'offers'> = { traded: [], nowMs: 0 }
  const desk: OfferDesk = {
    approvals: stores.approvals,
    trades: stores.trades,
    policy: () => policy,
    forbidden: async () => [],
    mandate: async () => undefined,
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
  const { offers } = openShard()
  const gap = crossOpportunity()
  expect(offers.wants(route)).toBe(true)
  const first = offers.offer(gap)
  expect(offers.wants(route)).toBe(false)
  await Promise.all([first, offers.offer(crossOpportunity()), offers.offer(crossOpportunity())])
  await offers.follow()
  expect(offers.wants(route)).toBe(false)
  expect(await told()).toEqual(['opportunity', 'approval asked'])
  expect(await openOnes()).toMatchObject([{ opportunity: gap.id, state: 'asked' }])
})

test('a shard that is not ours any more leaves the gap to its new owner, and tries again if it is', async () => {
  let isOurs = false
  const shard = openShard({
    approvals: {
      ...stores.approvals,
      ask: async (...asked) => (isOurs ? stores.approvals.ask(...asked) : { outcome: 'not-ours' }),
    },
  })
  await shard.offers.offer(crossOpportunity())
  expect([await told(), shard.offers.wants(route)]).toEqual([[], false])
  isOurs = true
  shard.nowMs += 2000
  expect(shard.offers.wants(route)).toBe(true)
  await shard.offers.offer(crossOpportunity())
  expect(await told()).toEqual(['opportunity', 'approval asked'])
})

test('a gap out of sight takes its open question along, and keeps what was answered or told', async () => {
  const asked = openShard()
  await asked.offers.offer(crossOpportunity())
  await asked.offers.withdraw(route, 'out of sight')
  expect([(await told()).at(-1), asked.offers.routes()]).toEqual(['approval superseded', []])

  await stores.empty()
  const traded = openShard({ policy: auto })
  await traded.offers.offer(crossOpportunity())
  await traded.offers.withdraw(route, 'out of sight')
  expect([(await told()).at(-1), traded.offers.wants(route)]).toEqual(['approval granted', false])

  await stores.empty()
  const blocked = openShard({ forbidden: async () => ['day notional'] })
  await blocked.offers.offer(crossOpportunity())
  await blocked.offers.withdraw(route, 'out of sight')
  blocked.nowMs += 10_000
  await blocked.offers.offer(crossOpportunity())
  expect(await told()).toEqual(['opportunity blocked'])
})

test('a trade that the queue does not hear of at once is nothing to ask about again', async () => {
  const shard = openShard({
    policy: auto,
    executeTrade: () => Promise.reject(new Error('the queue did not take execute-trade')),
  })
  await expect(shard.offers.offer(crossOpportunity())).rejects.toThrow('did not take')
  shard.nowMs += 60_000
  expect(shard.offers.wants(route)).toBe(false)
})

test('a gap that closes takes its question along, and the next one is asked about anew', async () => {
  const { offers } = openShard()
  await offers.offer(crossOpportunity())
  await offers.end(route, 'the gap closed')
  await offers.end(route, 'the gap closed')
  expect((await told()).at(-1)).toBe('approval superseded')
  expect([await openOnes(), await liveOnes()]).toEqual([[], []])
  expect(offers.wants(route)).toBe(true)
  const next = crossOpportunity()
  await offers.offer(next)
  expect(await liveOnes()).toEqual([next.id])
  expect(await told()).toEqual([
    'opportunity',
    'approval asked',
    'approval superseded',
    'opportunity',
    'approval asked',
  ])
})

test('an answered question is left as it was answered when the gap closes', async () => {
  const { offers } = openShard()
  await offers.offer(crossOpportunity())
  const [asked] = await openOnes()
  await stores.approvals.answer(asked?.id ?? '', { verdict: 'refused', by: 'terminal:ann' })
  await offers.follow()
  expect(offers.wants(route)).toBe(false)
  await offers.end(route, 'the gap closed')
  expect(await told()).toEqual(['opportunity', 'approval asked', 'approval refused'])
  expect(await stores.approvals.find(asked?.id ?? '')).toMatchObject({ state: 'refused' })
})

test('auto grants and trades once while the gap lives', async () => {
  const { offers, traded } = openShard({ policy: auto })
  await offers.offer(crossOpportunity())
  await offers.follow()
  expect(await told()).toEqual(['opportunity', 'approval asked', 'approval granted'])
  expect(traded).toEqual(await stores.trades.listGranted())
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
  expect([await openOnes(), await liveOnes(), shard.traded, await told()]).toEqual([[], [], [], []])
  expect(shard.offers.wants(route)).toBe(true)
})

test('a gap that closes while people are being asked is withdrawn from them, and auto does not trade it', async () => {
  const shard = openShard({
    policy: auto,
    approvals: {
      ...stores.approvals,
      async ask(...asked) {
        const result = await stores.approvals.ask(...asked)
        await shard.offers.end(route, 'the gap closed')
        return result
      },
    },
  })
  await shard.offers.offer(crossOpportunity())
  expect([await openOnes(), await liveOnes(), shard.traded]).toEqual([[], [], []])
  expect(await told()).toEqual(['opportunity', 'approval asked', 'approval superseded'])
})

test('what a limit forbids is told once, and asked when the limit allows', async () => {
  let sentences = ['paused: the desk is paused', 'day loss: too much']
  const shard = openShard({ forbidden: async () => sentences })
  const { offers } = shard
  const told1 = crossOpportunity()
  await offers.offer(told1)
  expect(await stores.told()).toEqual([
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
  expect(await told()).toEqual(['opportunity blocked'])
  expect(await liveOnes()).toEqual([told1.id])

  sentences = []
  shard.nowMs += 2000
  const asked = crossOpportunity()
  await offers.offer(asked)
  expect(await told()).toEqual(['opportunity blocked', 'opportunity', 'approval asked'])
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
  expect([await told(), await openOnes()]).toEqual([['opportunity blocked'], []])
  mode = 'ask'
  shard.nowMs += 2000
  await shard.offers.offer(crossOpportunity())
  expect(await told()).toEqual(['opportunity blocked', 'opportunity', 'approval asked'])
})

async function endTrade(id: string, state: 'abandoned' | 'settled'): Promise<void> {
  if (state === 'abandoned') return abandonTrade(stores, id, 'the price moved')
  await declare(stores, { 'kucoin USDT': '1000', 'binance BTC': '1' })
  await settleTrade(stores, id)
}

test('after a trade that came to nothing the gap is asked about as a new opportunity', async () => {
  const shard = openShard({ policy: auto })
  const { offers, traded } = shard
  await offers.offer(crossOpportunity())
  await endTrade(traded[0] ?? '', 'abandoned')
  await offers.follow()
  expect(offers.wants(route)).toBe(false)
  shard.nowMs += 5000
  expect(offers.wants(route)).toBe(true)
  const again = crossOpportunity()
  await offers.offer(again)
  expect(traded).toHaveLength(2)
  expect((await told()).slice(3)).toEqual([
    'trade',
    'opportunity',
    'approval asked',
    'approval granted',
  ])
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
    expect(await told()).toEqual(['opportunity', 'approval asked', 'approval granted'])
    expect(await liveOnes()).toHaveLength(1)
    for (const { offers } of [one, two]) {
      expect(offers.wants(route)).toBe(false)
      await offers.end(route, 'the gap closed')
    }
  }
  await rival.cutOff()
})

test('a question that another shard asked is closed with its own opportunity', async () => {
  const [one, two] = [openShard(), openShard()]
  const gap = crossOpportunity()
  await one.offers.offer(gap)
  await two.offers.offer(crossOpportunity())
  await two.offers.end(route, 'the gap closed')
  expect(await told()).toEqual(['opportunity', 'approval asked', 'approval superseded'])
  expect((await stores.told()).at(-1)).toMatchObject({ opportunity: { id: gap.id } })
  expect(await liveOnes()).toEqual([])
})

test('what a killed owner asked is adopted and not asked twice', async () => {
  const killed = openShard()
  const gap = crossOpportunity()
  await killed.offers.offer(gap)

  const shard = openShard()
  const { offers } = shard
  await offers.adopt(await stores.approvals.listLive(), new Date(Date.now() - 60_000))
  expect([offers.routes(), offers.wants(route)]).toEqual([[route], false])
  await offers.follow()
  expect(await told()).toEqual(['opportunity', 'approval asked'])
  await offers.end(route, 'the gap is gone')
  expect((await told()).slice(2)).toEqual(['approval superseded'])
  expect([await openOnes(), await liveOnes()]).toEqual([[], []])
})

test('adopting ends what nobody watched any more, and the older of two on one route', async () => {
  const killed = openShard()
  const old = 'cross ETH/USDT kucoin>binance'
  await killed.offers.offer(
    crossOpportunity({ route: old, detectedAt: new Date(Date.now() - 200_000) }),
  )
  const stale = crossOpportunity({ detectedAt: new Date(Date.now() - 5000) })
  await stores.approvals.tell(stale, 'paused')
  const newest = crossOpportunity()
  await killed.offers.offer(newest)

  const before = (await told()).length
  const { offers } = openShard()
  await offers.adopt(await stores.approvals.listLive(), new Date(Date.now() - 120_000))
  expect(offers.routes()).toEqual([route])
  expect(offers.wants(old)).toBe(true)
  expect((await told()).slice(before)).toEqual(['approval superseded'])
  expect(await liveOnes()).toEqual([newest.id])
  expect(await openOnes()).toMatchObject([{ opportunity: newest.id }])
})

/** The database goes away while it is told to ask or to tell, before or after it has done so. */
function goesAway(when: 'before' | 'after') {
  let away = true
  const breaking =
    <Given extends readonly unknown[], Result>(real: (...given: Given) => Promise<Result>) =>
    async (...given: Given): Promise<Result> => {
      if (away && when === 'before') throw new Error('the database is away')
      const result = await real(...given)
      if (away) throw new Error('the database is away')
      return result
    }
  return {
    back: () => void (away = false),
    approvals: {
      ...stores.approvals,
      ask: breaking((...given: Parameters<ApprovalStore['ask']>) => stores.approvals.ask(...given)),
      tell: breaking((...given: Parameters<ApprovalStore['tell']>) =>
        stores.approvals.tell(...given),
      ),
    },
  }
}

test('a question that breaks off is asked again, and people hear of one gap and one question', async () => {
  for (const when of ['before', 'after'] as const) {
    await stores.empty()
    const { approvals, back } = goesAway(when)
    const shard = openShard({ approvals })
    const { offers } = shard
    await expect(offers.offer(crossOpportunity())).rejects.toThrow('the database is away')
    expect(offers.wants(route)).toBe(false)
    back()
    shard.nowMs += 2000
    expect(offers.wants(route)).toBe(true)
    await offers.offer(crossOpportunity())
    expect(await told()).toEqual(['opportunity', 'approval asked'])
    const [gap, question] = await stores.told()
    expect(question).toMatchObject({ opportunity: gap?.kind === 'opportunity' && gap.opportunity })
    await offers.end(route, 'the gap closed')
    expect([await openOnes(), await liveOnes()]).toEqual([[], []])
  }
})

test('a question that nobody knows to be asked is withdrawn when its gap closes', async () => {
  const { approvals } = goesAway('after')
  const { offers } = openShard({ approvals })
  await expect(offers.offer(crossOpportunity())).rejects.toThrow('the database is away')
  expect(await openOnes()).toHaveLength(1)
  await offers.end(route, 'the gap closed')
  expect([await openOnes(), await liveOnes()]).toEqual([[], []])
})

test('a blocked gap whose telling breaks off is told once', async () => {
  for (const when of ['before', 'after'] as const) {
    await stores.empty()
    const { approvals, back } = goesAway(when)
    const shard = openShard({ approvals, forbidden: async () => ['paused: the desk is paused'] })
    await expect(shard.offers.offer(crossOpportunity())).rejects.toThrow('the database is away')
    back()
    shard.nowMs += 2000
    await shard.offers.offer(crossOpportunity())
    expect(await told()).toEqual(['opportunity blocked'])
    await shard.offers.end(route, 'the gap closed')
    expect(await liveOnes()).toEqual([])
  }
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

test('a yes that somebody gave beforehand is used at once, and one that is used up leaves the question open', async () => {
  const yes = {
    verdict: 'granted',
    by: 'mandate m1 of discord:ann',
    yes: { person: 'ann', limits: { tradeUsdtMax: 150, dayUsdtMax: 150 }, people: 1 },
  } as const
  const shard = openShard({ mandate: async () => yes })
  await shard.offers.offer(crossOpportunity({ route: 'cross A/B a>m1', notionalUsdt: 100 }))
  expect(await told()).toEqual(['opportunity', 'approval asked', 'approval granted'])
  expect(shard.traded).toHaveLength(1)
  await shard.offers.offer(crossOpportunity({ route: 'cross A/B a>m2', notionalUsdt: 100 }))
  expect(shard.traded).toHaveLength(1)
  expect(await openOnes()).toHaveLength(1)
})
