// `status`: the desk at a glance.
import { numberText } from '../notification/amount-text.ts'
import type { CardField, CardTable, Tone } from '../notification/card.ts'
import { badgesOf } from '../notification/labels.ts'
import { limitsText } from '../notification/limits-text.ts'
import { profitJson } from '../notification/profit-text.ts'
import { moneyJson, moneyLines, moneyText } from '../notification/worth-text.ts'
import { trippedJson, trippedLines } from './breakers.ts'
import { defineCommand, type CommandContext } from './command.ts'
import {
  crossTradingText,
  obstacleText,
  readDeskState,
  venuesUp,
  type DeskState,
} from './desk-state.ts'
import { exposureJson, exposureTable } from './exposures.ts'
import { reportConversion } from './report-money.ts'
import { standingJson, standingLines, standingTable } from './standings.ts'
import { venueTone } from './venues.ts'

// Older ones are in "trades".
const exposedMax = 10

const headlines: Readonly<Record<DeskState['state'], string>> = {
  stopped: 'No desk runs',
  'no-sweep': 'Not watching: nothing is swept',
  'no-venue': 'Not watching: no venue answers',
  'no-watchlist': 'Not watching: the watchlist is empty',
  'no-worker': 'Not watching: no worker runs',
  watching: 'Running',
}

function toneOf({ desk, killed, paused, exposed, exposure, standings }: Found): Tone {
  if (exposed.length > 0 || killed || exposure.tripped.length > 0) return 'bad'
  const isWhole = standings.every(({ state }) => state === 'ok')
  return desk.state === 'watching' && !paused && isWhole ? venueTone(desk) : 'warning'
}

/** What stops the desk comes before how it is. */
function titleOf({ desk, killed, paused, exposure }: Found): string {
  const headline = headlines[desk.state]
  const besides = desk.state === 'watching' ? '' : ` (${headline})`
  if (killed) return `KILLED: no new risk until "kill release"${besides}`
  if (exposure.tripped.length > 0)
    return `HALTED: a breaker tripped, no new risk until it is reset${besides}`
  return paused ? `PAUSED: no new trade starts${besides}` : headline
}

const shardTable = ({ shards, watched }: DeskState): CardTable => ({
  columns: ['shard', 'books', 'owner', 'epoch'],
  rows: shards.map(({ shard, owner, epoch }) => [
    shard,
    String(watched.filter((entry) => entry.shard === shard).length),
    owner ?? 'NOBODY',
    String(epoch),
  ]),
})

type Found = Awaited<ReturnType<typeof readDesk>>

/** The two lines of the UTC day, as "profit" tells them of any other time. */
async function readToday(context: CommandContext) {
  const { profits, now } = context
  const [results] = await profits.results(await profits.spans('day', 1, 'UTC', now()))
  const found = results ?? { arbitrage: [], inventory: [], changes: [] }
  const shown = results === undefined ? [] : [results]
  return moneyLines(await reportConversion(context, found.changes, shown), found)
}

async function readDesk(context: CommandContext) {
  const { approvals, trades, settings, people, reconciling } = context
  const current = await settings.refresh()
  const [desk, open, exposure, exposed, mandates, money, standings] = await Promise.all([
    readDeskState(context),
    approvals.listOpen(),
    trades.exposure(),
    trades.listExposed(exposedMax),
    people.listMandates(),
    readToday(context),
    reconciling.standings(),
  ])
  return {
    desk,
    open,
    exposure,
    exposed,
    mandates,
    money,
    standings,
    profit: { usdt: exposure.realisedTodayUsdt, unvalued: exposure.unvaluedToday },
    killed: current['desk.killed'],
    paused: current['desk.paused'],
    approvalMode: current['approval.mode'],
    limits: limitsText(current),
  }
}

function statusJson(
  { mode, market }: CommandContext['labels'],
  found: Found,
  warnings: readonly string[],
) {
  const { desk, open, exposure, exposed, mandates, money, profit, standings } = found
  const { killed, paused, approvalMode } = found
  return {
    mode,
    market,
    running: desk.state !== 'stopped',
    state: desk.state,
    warnings,
    killed,
    paused,
    approval_mode: approvalMode,
    venues: { up: venuesUp(desk).length, all: desk.venues.length },
    last_sweep_at: desk.lastSweepAt?.toISOString() ?? null,
    watchlist: desk.watched.length,
    shards: desk.shards.map(({ shard, owner, epoch }) => ({ shard, owner: owner ?? null, epoch })),
    open_approvals: open.length,
    breakers: trippedJson(exposure.tripped),
    accounts: standingJson(standings),
    mandates: mandates.length,
    open_trades: exposure.openTrades,
    exposures: exposureJson(exposed),
    today: {
      ...moneyJson(money),
      ...profitJson(profit),
      notional_usdt: exposure.notionalTodayUsdt,
    },
  }
}

/** What a person must know beside the numbers, a line each. */
function warningsOf({ desk, exposed, exposure, standings }: Found, now: Date): readonly string[] {
  const idle = desk.shards.filter(({ owner }) => owner === undefined)
  return [
    ...trippedLines(exposure.tripped),
    ...standingLines(standings),
    obstacleText(desk, now),
    crossTradingText(desk),
    desk.state === 'watching' && idle.length > 0
      ? `Nobody runs ${idle.map(({ shard }) => shard).join(', ')}: a worker takes them up within seconds, or the log says why not.`
      : undefined,
    exposed.length > 0
      ? 'Trades left positions open: "resolve" lists them, what each way out costs, and when the desk acts by itself.'
      : undefined,
  ].filter((line) => line !== undefined)
}

const short = (name: string, value: string): CardField => ({ name, value, short: true })

export const status = defineCommand({
  name: 'status',
  summary: 'The desk at a glance: mode, venues, watching, trading, today',
  help: 'A shard is a part of the trading loop with its own books; each must have an owner while the desk runs. "profit" says what arbitrage and left open mean. Days are UTC.',
  role: 'viewer',
  options: {},
  examples: ['status'],
  async run(_args, context) {
    const { labels } = context
    const now = context.now()
    const found = await readDesk(context)
    const { desk, open, exposure, exposed, mandates, money } = found
    const warnings = warningsOf(found, now)
    const accounts = standingTable(found.standings, now)
    return {
      title: titleOf(found),
      tone: toneOf(found),
      badges: badgesOf(labels),
      ...(warnings.length === 0 ? {} : { text: warnings.join('\n') }),
      fields: [
        short('Money', labels.mode),
        short('Market', labels.market),
        short('Approval', found.approvalMode),
        short('Venues up', `${venuesUp(desk).length} of ${desk.venues.length}`),
        short('Watchlist', `${desk.watched.length} books`),
        short('Open approvals', String(open.length)),
        short('Open trades', String(exposure.openTrades)),
        short('Kill switch', found.killed ? 'PRESSED' : 'not pressed'),
        ...(labels.mode === 'live' ? [{ name: 'Limits', value: found.limits }] : []),
        ...(mandates.length === 0
          ? []
          : [short('Mandates', `${mandates.length}: the desk trades those routes by itself`)]),
        {
          name: 'Today',
          value: `${moneyText(money)}; ${numberText(exposure.notionalTodayUsdt)} USDT traded`,
        },
      ],
      tables: [
        ...(exposed.length === 0 ? [] : [exposureTable(exposed, now)]),
        ...(accounts === undefined ? [] : [accounts]),
        ...(desk.shards.length === 0 ? [] : [shardTable(desk)]),
      ],
      json: statusJson(labels, found, warnings),
    }
  },
})
