// The role 'loop': runs whatever shards of the trading loop fall to this process.
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Venues } from '../src/exchanges/open-venues.ts'
import type { ShardLease } from '../src/market/shard-store.ts'
import { gapRoute } from '../src/market/route.ts'
import type { Blocks } from '../src/opportunity/watch-wish.ts'
import { openRunVenues } from '../src/run-venues.ts'
import { openRuntime, type Runtime } from '../src/runtime.ts'
import type { Settings } from '../src/settings/settings.ts'
import { review } from '../src/trade/risk-rules.ts'
import { adoptLatch } from './adopt-latch.ts'
import { capitalOf } from './capital.ts'
import { listingChannel } from './channels.ts'
import { openFairShare } from './fair-share.ts'
import { createLoopPulse, type LoopPulse } from './loop-pulse.ts'
import { mandateAnswer } from './mandate-answer.ts'
import { createOffers, type Offers } from './offers.ts'
import { openLiveBlocks } from './live-blocks.ts'
import { openShardLeases } from './open-shard-leases.ts'
import { patientBudget } from './patient-budget.ts'
import type { Role } from './role-run.ts'
import { createShardAccount } from './shard-account.ts'
import { createShardHost } from './shard-host.ts'
import { readShardMarket, type ShardMarket } from './shard-market.ts'
import { runShard } from './shard.ts'
import { whyNoOrders } from './over-the-wire.ts'
import { whyNoTransferTrade } from './transfer-trade-rules.ts'

const shardsMax = 64
const listingRetryMs = 3000
const rebalanceEveryMs = 2000
const adoptAgeMsMax = 120_000
const pulseEveryMs = 5000

function offersOf(runtime: Runtime, lease: ShardLease): Offers {
  const { approvals, trades, people, settings, executeTrade } = runtime
  return createOffers({
    approvals: {
      ...approvals,
      tell: (opportunity, blocked) => approvals.tell(opportunity, blocked, lease),
      ask: (opportunity, livesMs) => approvals.ask(opportunity, livesMs, lease),
    },
    trades,
    policy: () => settings.current(),
    async forbidden({ kind, route, notionalUsdt, venues }) {
      const [exposure, capitalUsdt, sent] = await Promise.all([
        trades.exposure(),
        capitalOf(runtime),
        kind === 'transfer' ? whyNoTransferTrade(runtime, notionalUsdt) : undefined,
      ])
      const proposal = { route, notionalUsdt, venues, capitalUsdt }
      const rules = review(proposal, exposure, settings.current())
      return [sent, whyNoOrders(runtime, venues), ...rules].filter((why) => why !== undefined)
    },
    mandate: (opportunity) =>
      mandateAnswer(opportunity, {
        people,
        twoPeopleUsdtMin: () => settings.current()['approval.two_people_usdt_min'],
        now: () => new Date(),
      }),
    executeTrade,
    nowMs: () => performance.now(),
  })
}

/**
 * A desk with a database of its own was alone before this run, so nobody watched the gaps it left. On a
 * shared one another worker may have offered a gap a moment ago.
 */
function adoptSince({ config: { run } }: Runtime): Date {
  if (run?.databaseUrl !== undefined) return new Date(run.startedAt)
  return new Date(Date.now() - adoptAgeMsMax)
}

/**
 * Aborts when `signal` does, and when what a shard's routes are made of is not what it was: the markets
 * listed, or the settings that share the routes out.
 */
async function untilChanged({ queues, settings }: Runtime, signal: AbortSignal) {
  const changed = new AbortController()
  const abort = () => changed.abort()
  const routesOf = (current: Settings) =>
    JSON.stringify([current['loop.cross_shards'], current['trading.start_assets']])
  const before = routesOf(settings.current())
  const forget = settings.onChange((current) => {
    if (routesOf(current) !== before) abort()
  })
  const unsubscribe = await queues.subscribe(listingChannel, abort, abort)
  return {
    signal: AbortSignal.any([signal, changed.signal]),
    async end() {
      forget()
      await unsubscribe()
    },
  }
}

async function adoptOffers(runtime: Runtime, { table, nameOf }: ShardMarket, offers: Offers) {
  const mine = new Set(Array.from({ length: table.count }, (_, route) => nameOf(route)))
  const live = await runtime.approvals.listLive()
  await offers.adopt(
    live.filter(({ route }) => mine.has(gapRoute(route))),
    adoptSince(runtime),
  )
}

/** What every shard of this process works with. */
type Loop = {
  readonly runtime: Runtime
  readonly venues: Venues
  readonly blocks: () => Blocks
  readonly pulse: LoopPulse
}

/** Runs the shard again with the new markets whenever they change; ends with the signal. */
async function workShard(
  { runtime, venues, blocks, pulse }: Loop,
  lease: ShardLease,
  signal: AbortSignal,
) {
  const { settings, markets, log } = runtime
  const { shard } = lease
  const offers = offersOf(runtime, lease)
  let adopted = false
  while (!signal.aborted) {
    // It listens before it reads, so that no change falls between the two.
    const round = await untilChanged(runtime, signal)
    try {
      const current = settings.current()
      const market = await readShardMarket(markets, {
        shard,
        venues: venues.ids,
        crossShards: current['loop.cross_shards'],
        startAssets: current['trading.start_assets'],
      })
      if (market === undefined) {
        // A new list wakes it; the time is for messages that are lost.
        await sleep(listingRetryMs, undefined, { signal: round.signal }).catch(() => undefined)
        continue
      }
      if (!adopted) await adoptOffers(runtime, market, offers)
      adopted = true
      const account = createShardAccount(runtime)
      const parts = { shard, runtime, venues, market, account, offers, blocks, pulse }
      await runShard(parts, round.signal)
    } finally {
      await round.end()
    }
    log.debug(`shard ${shard} ended a round`)
  }
}

export const loopRole: Role = async (run, signal) => {
  const opened = await openRuntime(run.config, run.log, 'loop')
  const runtime = { ...opened, budget: patientBudget(opened.budget) }
  const venues = await openRunVenues(runtime)
  const blocks = await openLiveBlocks(runtime)
  const pulse = createLoopPulse()
  const loop: Loop = { runtime, venues, blocks: blocks.current, pulse }
  const { queues, log } = runtime
  const warn = (error: unknown) => log.warn('shards keep their places', { error })
  const leases = openShardLeases(run.config)
  const owner = `loop-${hostname()}-${process.pid}`
  const share = await openFairShare(queues, owner, warn)
  const host = createShardHost({
    shards: leases.shards,
    owner,
    share,
    work: (lease, held) => workShard(loop, lease, held),
    wake: (shard) => queues.enqueue('shard', { shard }, { id: shard }),
    say: (line) => log.info(line),
    warn: (line, shards) => log.warn(line, { shards }),
  })
  const timer = setInterval(() => void host.rebalance().catch(warn), rebalanceEveryMs)
  await queues.work('shard', ({ shard }, context) => host.run(shard, context.signal), {
    concurrency: shardsMax,
    endless: true,
  })
  const leaveLatch = adoptLatch(runtime)
  run.ready()
  const telling = setInterval(() => run.report(pulse.facts()), pulseEveryMs)
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  clearInterval(timer)
  clearInterval(telling)
  pulse.close()
  leaveLatch()
  blocks.close()
  await share.close()
  await runtime.close()
  await leases.close()
  await venues.close()
}
