// `status`: the desk at a glance.
import type { ShardStatus } from '../market/shard-store.ts'
import type { Tone } from '../notification/card.ts'
import { numberText } from '../notification/amount-text.ts'
import { badgesOf } from '../notification/labels.ts'
import { defineCommand } from './command.ts'
import { venueTone } from './venues.ts'

/** A shard whose lease has run out has no owner, whatever its row says. */
const ownerOf = ({ owner, leaseUntil }: ShardStatus, now: Date): string | undefined =>
  leaseUntil !== undefined && leaseUntil > now ? owner : undefined

const signed = (usdt: number): string => `${usdt > 0 ? '+' : ''}${numberText(usdt)} USDT`

export const status = defineCommand({
  name: 'status',
  summary: 'The desk at a glance: mode, venues, watching, trading, today',
  help: 'A shard is a part of the trading loop with its own books; each must have an owner while the desk runs. Days are UTC.',
  role: 'viewer',
  options: {},
  examples: ['status'],
  async run(_args, context) {
    const { labels, markets, approvals, trades, settings, now } = context
    const [statuses, watched, shards, open, exposure] = await Promise.all([
      markets.statuses(),
      markets.watchlist(),
      context.shards.list(),
      approvals.listOpen(),
      trades.exposure(),
    ])
    const { 'desk.paused': paused, 'approval.mode': approvalMode } = await settings.refresh()
    const up = statuses.filter(({ state }) => state === 'up').length
    const owned = shards.filter((shard) => ownerOf(shard, now()) !== undefined)
    const running = owned.length > 0
    const tone: Tone = paused ? 'warning' : statuses.length === 0 ? 'neutral' : venueTone(statuses)
    return {
      title: paused ? 'PAUSED: no new trade starts' : running ? 'Running' : 'Nothing is watched',
      tone: running ? tone : 'warning',
      badges: badgesOf(labels),
      ...(running
        ? {}
        : {
            text: 'No worker watches any market now. "npm start" starts the desk; after a start the first shard takes some seconds.',
          }),
      fields: [
        { name: 'Money', value: labels.mode, short: true },
        { name: 'Market', value: labels.market, short: true },
        { name: 'Approval', value: approvalMode, short: true },
        { name: 'Venues up', value: `${up} of ${statuses.length}`, short: true },
        { name: 'Watchlist', value: `${watched.length} books`, short: true },
        { name: 'Open approvals', value: String(open.length), short: true },
        { name: 'Open trades', value: String(exposure.openTrades), short: true },
        {
          name: 'Today',
          value: `${signed(exposure.realisedTodayUsdt)} realised, ${numberText(exposure.notionalTodayUsdt)} USDT traded`,
        },
      ],
      tables:
        shards.length === 0
          ? []
          : [
              {
                columns: ['shard', 'books', 'owner', 'epoch'],
                rows: shards.map((shard) => [
                  shard.shard,
                  String(watched.filter((entry) => entry.shard === shard.shard).length),
                  ownerOf(shard, now()) ?? 'NOBODY',
                  String(shard.epoch),
                ]),
              },
            ],
      json: {
        mode: labels.mode,
        market: labels.market,
        running,
        paused,
        approval_mode: approvalMode,
        venues: { up, all: statuses.length },
        watchlist: watched.length,
        shards: shards.map((shard) => ({
          shard: shard.shard,
          owner: ownerOf(shard, now()) ?? null,
          epoch: shard.epoch,
        })),
        open_approvals: open.length,
        open_trades: exposure.openTrades,
        today: {
          realised_usdt: exposure.realisedTodayUsdt,
          notional_usdt: exposure.notionalTodayUsdt,
        },
      },
    }
  },
})
