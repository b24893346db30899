// The role 'loop': runs whatever shards of the trading loop fall to this process.
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Venues } from '../src/exchanges/open-venues.ts'
import { openRunVenues } from '../src/run-venues.ts'
import { openRuntime, type Runtime } from '../src/runtime.ts'
import { review } from '../src/trade/risk-rules.ts'
import { capitalOf } from './capital.ts'
import { listingChannel } from './channels.ts'
import { openFairShare, type FairShare } from './fair-share.ts'
import { createOffers, type Offers } from './offers.ts'
import { patientBudget } from './patient-budget.ts'
import type { Role } from './role-run.ts'
import { createShardAccount } from './shard-account.ts'
import { holdShard } from './shard-lease.ts'
import { readShardMarket } from './shard-market.ts'
import { runShard } from './shard.ts'

const shardsMax = 64
const listingRetryMs = 500
const rebalanceEveryMs = 2000
const adoptAgeMsMax = 120_000

function offersOf(runtime: Runtime): Offers {
  const { approvals, trades, settings, announce, executeTrade } = runtime
  return createOffers({
    approvals,
    trades,
    policy: () => settings.current(),
    async forbidden({ route, notionalUsdt, venues }) {
      const [exposure, capitalUsdt] = await Promise.all([trades.exposure(), capitalOf(runtime)])
      return review({ route, notionalUsdt, venues, capitalUsdt }, exposure, settings.current())
    },
    announce,
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

/** Aborts when `signal` does or when some venue's markets were listed anew. */
async function untilRelisted({ queues }: Runtime, signal: AbortSignal) {
  const relisted = new AbortController()
  const unsubscribe = await queues.subscribe(listingChannel, () => relisted.abort())
  return { signal: AbortSignal.any([signal, relisted.signal]), unsubscribe }
}

/** Runs the shard again with the new markets whenever they change; ends with the signal. */
async function workShard(runtime: Runtime, venues: Venues, shard: string, signal: AbortSignal) {
  const { settings, markets, approvals, log } = runtime
  const offers = offersOf(runtime)
  let adopted = false
  while (!signal.aborted) {
    const current = settings.current()
    const market = await readShardMarket(markets, {
      shard,
      crossShards: current['loop.cross_shards'],
      startAssets: current['trading.start_assets'],
    })
    if (market === undefined) {
      await sleep(listingRetryMs)
      continue
    }
    if (!adopted) {
      const mine = new Set(Array.from({ length: market.table.count }, (_, k) => market.nameOf(k)))
      const live = (await approvals.listLive()).filter(({ route }) => mine.has(route))
      await offers.adopt(live, adoptSince(runtime))
      adopted = true
    }
    const round = await untilRelisted(runtime, signal)
    try {
      const account = createShardAccount(runtime)
      await runShard({ shard, runtime, venues, market, account, offers }, round.signal)
    } finally {
      await round.unsubscribe()
    }
    log.debug(`shard ${shard} ended a round`)
  }
}

/**
 * Shards that this process runs. One more than its fair share is handed back: its job ends, and the
 * next wake-up finds a worker with room.
 */
function createShardHost(runtime: Runtime, venues: Venues, share: FairShare) {
  const { shards, log } = runtime
  const owner = `loop-${hostname()}-${process.pid}`
  const running = new Map<string, AbortController>()
  const roomFor = async () => share.of((await shards.list()).length)

  return {
    async run(shard: string, signal: AbortSignal): Promise<void> {
      if (running.size >= (await roomFor())) return
      const handBack = new AbortController()
      running.set(shard, handBack)
      try {
        await holdShard(
          {
            shards,
            owner,
            wait: (ms) => sleep(ms),
            onLost: (name, why) => log.warn(`shard ${name} was lost: ${why}`),
          },
          shard,
          AbortSignal.any([signal, handBack.signal]),
          (held) => workShard(runtime, venues, shard, held),
        )
      } finally {
        running.delete(shard)
      }
    },
    async rebalance(): Promise<void> {
      const spare = running.size - (await roomFor())
      const newest = [...running].toReversed().slice(0, Math.max(0, spare))
      for (const [shard, handBack] of newest) {
        log.info(`shard ${shard} goes to a worker with more room`)
        handBack.abort()
      }
    },
    count: () => running.size,
  }
}

export const loopRole: Role = async (run, signal) => {
  const opened = await openRuntime(run.config, run.log, 'loop')
  const runtime = { ...opened, budget: patientBudget(opened.budget) }
  const venues = await openRunVenues(runtime)
  const { queues, log } = runtime
  const warn = (error: unknown) => log.warn('shards keep their places', { error })
  const share = await openFairShare(queues, `loop-${hostname()}-${process.pid}`, warn)
  const host = createShardHost(runtime, venues, share)
  const timer = setInterval(() => void host.rebalance().catch(warn), rebalanceEveryMs)
  await queues.work('shard', ({ shard }, context) => host.run(shard, context.signal), {
    concurrency: shardsMax,
    endless: true,
  })
  run.ready()
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  clearInterval(timer)
  await share.close()
  await runtime.close()
  await venues.close()
}
