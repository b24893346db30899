// The role 'loop': runs whatever shards of the trading loop fall to this process.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Venues } from '../src/exchanges/open-venues.ts'
import { openRuntime, openRunVenues, type Runtime } from '../src/runtime.ts'
import { review } from '../src/trade/risk-rules.ts'
import { capitalOf } from './capital.ts'
import { listingChannel } from './channels.ts'
import { createOffers, type Offers } from './offers.ts'
import type { Role } from './role-run.ts'
import { createShardAccount } from './shard-account.ts'
import { holdShard } from './shard-lease.ts'
import { readShardMarket } from './shard-market.ts'
import { runShard } from './shard.ts'

const shardsMax = 64
const listingRetryMs = 500
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

export const loopRole: Role = async (run, signal) => {
  const runtime = await openRuntime(run.config, run.log, 'loop')
  const venues = await openRunVenues(runtime)
  const { queues, shards, log } = runtime
  const owner = `loop-${process.pid}`
  await queues.work(
    'shard',
    ({ shard }, context) =>
      holdShard(
        {
          shards,
          owner,
          wait: (ms) => sleep(ms),
          onLost: (name, why) => log.warn(`shard ${name} was lost: ${why}`),
        },
        shard,
        context.signal,
        (held) => workShard(runtime, venues, shard, held),
      ),
    { concurrency: shardsMax, endless: true },
  )
  run.ready()
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  await runtime.close()
  await venues.close()
}
