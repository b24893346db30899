// `status`: the desk at a glance.
import type { WatchlistEntry } from '../market/market-store.ts'
import type { ShardStatus } from '../market/shard-store.ts'
import type { CardField, CardTable } from '../notification/card.ts'
import { numberText } from '../notification/amount-text.ts'
import { badgesOf } from '../notification/labels.ts'
import { defineCommand, type CommandContext } from './command.ts'
import { venueTone } from './venues.ts'

const idle =
  'No worker watches any market now. "npm start" starts the desk; after a start the first shard takes some seconds.'

/** A shard whose lease has run out has no owner, whatever its row says. */
const ownerOf = ({ owner, leaseUntil }: ShardStatus, now: Date): string | undefined =>
  leaseUntil !== undefined && leaseUntil > now ? owner : undefined

const signed = (usdt: number): string => `${usdt > 0 ? '+' : ''}${numberText(usdt)} USDT`

const shardTable = (
  shards: readonly ShardStatus[],
  watched: readonly WatchlistEntry[],
  now: Date,
): CardTable => ({
  columns: ['shard', 'books', 'owner', 'epoch'],
  rows: shards.map((shard) => [
    shard.shard,
    String(watched.filter((entry) => entry.shard === shard.shard).length),
    ownerOf(shard, now) ?? 'NOBODY',
    String(shard.epoch),
  ]),
})

const title = (paused: boolean, running: boolean): string => {
  if (paused) return 'PAUSED: no new trade starts'
  return running ? 'Running' : 'Nothing is watched'
}

async function readDesk({ markets, approvals, trades, settings, shards }: CommandContext) {
  const [statuses, watched, parts, open, exposure, current] = await Promise.all([
    markets.statuses(),
    markets.watchlist(),
    shards.list(),
    approvals.listOpen(),
    trades.exposure(),
    settings.refresh(),
  ])
  const up = statuses.filter(({ state }) => state === 'up').length
  return { statuses, watched, parts, open, exposure, current, up }
}

const short = (name: string, value: string): CardField => ({ name, value, short: true })

export const status = defineCommand({
  name: 'status',
  summary: 'The desk at a glance: mode, venues, watching, trading, today',
  help: 'A shard is a part of the trading loop with its own books; each must have an owner while the desk runs. Days are UTC.',
  role: 'viewer',
  options: {},
  examples: ['status'],
  async run(_args, context) {
    const { labels } = context
    const now = context.now()
    const { statuses, watched, parts, open, exposure, current, up } = await readDesk(context)
    const { openTrades, realisedTodayUsdt, notionalTodayUsdt } = exposure
    const { 'desk.paused': paused, 'approval.mode': approvalMode } = current
    const running = parts.some((shard) => ownerOf(shard, now) !== undefined)
    return {
      title: title(paused, running),
      tone: running && !paused ? venueTone(statuses) : 'warning',
      badges: badgesOf(labels),
      ...(running ? {} : { text: idle }),
      fields: [
        short('Money', labels.mode),
        short('Market', labels.market),
        short('Approval', approvalMode),
        short('Venues up', `${up} of ${statuses.length}`),
        short('Watchlist', `${watched.length} books`),
        short('Open approvals', String(open.length)),
        short('Open trades', String(openTrades)),
        {
          name: 'Today',
          value: `${signed(realisedTodayUsdt)} realised, ${numberText(notionalTodayUsdt)} USDT traded`,
        },
      ],
      tables: parts.length === 0 ? [] : [shardTable(parts, watched, now)],
      json: {
        mode: labels.mode,
        market: labels.market,
        running,
        paused,
        approval_mode: approvalMode,
        venues: { up, all: statuses.length },
        watchlist: watched.length,
        shards: parts.map((part) => ({
          shard: part.shard,
          owner: ownerOf(part, now) ?? null,
          epoch: part.epoch,
        })),
        open_approvals: open.length,
        open_trades: openTrades,
        today: { realised_usdt: realisedTodayUsdt, notional_usdt: notionalTodayUsdt },
      },
    }
  },
})
