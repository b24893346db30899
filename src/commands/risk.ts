// `risk`: what is at stake now, and how much room each limit leaves.
import { estimate } from '../money.ts'
import { numberText } from '../notification/amount-text.ts'
import type { Tone } from '../notification/card.ts'
import type { Chart } from '../notification/chart.ts'
import { badgesOf } from '../notification/labels.ts'
import { profitJson, profitText } from '../notification/profit-text.ts'
import { capitalPercentMax } from '../trade/risk-rules.ts'
import { breakerNames } from '../trade/breakers.ts'
import { breakerTable, resetBreaker, trippedJson, trippedLines } from './breakers.ts'
import { defineCommand, type CommandContext } from './command.ts'
import { exposureJson, exposureTable } from './exposures.ts'
import { inTransitJson, inTransitLines } from './in-transit.ts'
import { choice, optional, text, withDefault } from './option.ts'
import { standingJson, standingLines, standingTable } from './standings.ts'
import { capitalJson, capitalOf, capitalTable } from './venue-capital.ts'
import { caveatsOf, readWorth, totalOf } from './worth.ts'

const exposedMax = 10
/** From here on a limit is worth a look. */
const nearShare = 0.8

type Used = {
  readonly name: string
  readonly setting: string
  readonly used: number
  readonly most: number
  readonly unit: '' | ' USDT' | ' %'
}

async function readRisk(context: CommandContext) {
  const { trades, settings, people, breakers, reconciling, transfers } = context
  const limits = await settings.refresh()
  const [exposure, exposed, mandates, { held, venues }, assets, facts, standings, moving, sent] =
    await Promise.all([
      trades.exposure(),
      trades.listExposed(exposedMax),
      people.listMandates(),
      readWorth(context),
      context.markets.assets(),
      breakers.facts(),
      reconciling.standings(),
      transfers.inTransit(),
      transfers.usedTodayUsdt(),
    ])
  const all = totalOf(held)
  const percentMax = capitalPercentMax(
    limits['trading.venue_capital_percent_max'],
    Math.max(1, venues.length),
  )
  const capital = capitalOf(held, venues, assets)
  const profit = { usdt: exposure.realisedTodayUsdt, unvalued: exposure.unvaluedToday }
  const accounts = { standings, facts, moving, sent }
  return {
    limits,
    exposure,
    exposed,
    mandates,
    held,
    all,
    percentMax,
    capital,
    profit,
    ...accounts,
  }
}

type Risk = Awaited<ReturnType<typeof readRisk>>

const usedOf = ({ limits, exposure, profit, capital, percentMax, sent }: Risk): readonly Used[] => [
  {
    name: 'loss of the day (UTC)',
    setting: 'trading.day_loss_usdt_max',
    used: Math.max(0, -profit.usdt),
    most: limits['trading.day_loss_usdt_max'],
    unit: ' USDT',
  },
  {
    name: 'traded in the day (UTC)',
    setting: 'trading.day_notional_usdt_max',
    used: exposure.notionalTodayUsdt,
    most: limits['trading.day_notional_usdt_max'],
    unit: ' USDT',
  },
  {
    name: 'open trades',
    setting: 'trading.open_trades_max',
    used: exposure.openTrades,
    most: limits['trading.open_trades_max'],
    unit: '',
  },
  {
    name: 'sent to other venues in the day (UTC)',
    setting: 'transfer.day_usdt_max',
    used: sent,
    most: limits['transfer.day_usdt_max'],
    unit: ' USDT',
  },
  {
    name: `capital on ${capital[0]?.venue ?? 'one venue'}`,
    setting: 'trading.venue_capital_percent_max',
    used: capital[0]?.percent ?? 0,
    most: percentMax,
    unit: ' %',
  },
]

const shareOf = ({ used, most }: Used): number => (most === 0 ? 1 : used / most)

const isReached = (used: Used): boolean => used.used > 0 && shareOf(used) >= 1

/** What stops trading, or is near to it, a line each. */
function linesOf(risk: Risk, used: readonly Used[]): readonly string[] {
  const { limits, exposed, exposure, standings } = risk
  return [
    ...trippedLines(exposure.tripped),
    ...standingLines(standings),
    ...(limits['desk.killed'] ? ['The kill switch is pressed: no new risk is taken.'] : []),
    ...(limits['desk.paused'] ? ['The desk is paused: no new trade starts.'] : []),
    ...(exposed.length > 0
      ? [
          'Trades left positions open: "resolve" lists them, what each way out costs, and when the desk acts by itself.',
        ]
      : []),
    ...used
      .filter(isReached)
      .map(({ name, setting }) => `The limit is reached: ${name} (${setting}).`),
    ...inTransitLines(risk.moving),
    ...caveatsOf(risk.held),
  ]
}

const isNear = (used: Used): boolean => shareOf(used) >= nearShare && !isReached(used)

const barredOf = ({ standings }: Risk) => standings.filter(({ state }) => state !== 'ok')

function toneOf(risk: Risk, used: readonly Used[]): Tone {
  const { limits, exposed, exposure, moving } = risk
  const isBad = limits['desk.killed'] || exposed.length > 0 || exposure.tripped.length > 0
  if (isBad || used.some(isReached)) return 'bad'
  const isStuck = moving.some(({ state }) => state === 'stuck')
  if (limits['desk.paused'] || isStuck || barredOf(risk).length > 0 || used.some(isNear))
    return 'warning'
  return exposure.openTrades > 0 || moving.length > 0 ? 'neutral' : 'good'
}

const counted = (count: number, one: string, many: string): readonly string[] =>
  count === 0 ? [] : [`${count} ${count === 1 ? one : many}`]

/** What gives the answer its tone is in its title, the worst first. */
function titleOf(risk: Risk, used: readonly Used[]): string {
  const { limits, exposed, exposure, moving } = risk
  if (limits['desk.killed']) return 'Risk: KILLED, nothing new is sent'
  if (exposure.tripped.length > 0) return 'Risk: HALTED by a breaker, nothing new is sent'
  if (limits['desk.paused']) return 'Risk: PAUSED, no new trade starts'
  const stuck = moving.filter(({ state }) => state === 'stuck').length
  const open = [
    ...counted(exposed.length, 'open position', 'open positions'),
    ...counted(exposure.openTrades, 'trade under way', 'trades under way'),
    ...counted(stuck, 'transfer STUCK', 'transfers STUCK'),
    ...counted(moving.length - stuck, 'transfer in transit', 'transfers in transit'),
  ]
  return `Risk: ${[
    ...(open.length === 0 ? ['nothing is open'] : open),
    ...counted(used.filter(isReached).length, 'limit reached', 'limits reached'),
    ...counted(used.filter(isNear).length, 'limit nearly used up', 'limits nearly used up'),
    ...counted(barredOf(risk).length, 'account barred', 'accounts barred'),
  ].join(', ')}`
}

const numberOf = (value: number): string => numberText(Math.round(value * 100) / 100)

const usedRow = (each: Used): readonly string[] => [
  each.name,
  `${numberOf(each.used)}${each.unit}`,
  `${numberOf(each.most)}${each.unit}`,
  `${Math.round(shareOf(each) * 100)} %`,
]

const unusedUsdt = ({ mandates }: Risk): number =>
  estimate(mandates.reduce((sum, { capUsdt, usedUsdt }) => sum + capUsdt - usedUsdt, 0))

const riskJson = (risk: Risk, used: readonly Used[]) => ({
  killed: risk.limits['desk.killed'],
  paused: risk.limits['desk.paused'],
  approval_mode: risk.limits['approval.mode'],
  breakers: trippedJson(risk.exposure.tripped),
  accounts: standingJson(risk.standings),
  exposures: exposureJson(risk.exposed),
  in_transit: inTransitJson(risk.moving),
  open_trades: risk.exposure.openTrades,
  open_routes: risk.exposure.openRoutes,
  today: { ...profitJson(risk.profit), notional_usdt: risk.exposure.notionalTodayUsdt },
  mandates: { standing: risk.mandates.length, unused_usdt: unusedUsdt(risk) },
  limits: used.map((each) => ({
    setting: each.setting,
    used: each.used,
    most: each.most,
    reached: isReached(each),
  })),
  capital_usdt: risk.all,
  venues: capitalJson(risk.capital, risk.percentMax),
})

function chartOf({ all, capital, percentMax }: Risk, badges: readonly string[]): Chart | undefined {
  if (all === 0) return undefined
  return {
    kind: 'route-bars',
    title: 'Capital on each venue',
    subtitle: `at most ${percentMax.toFixed(0)} % on one`,
    badges,
    measure: 'share of all capital',
    unit: '%',
    bars: capital.map(({ venue, percent }) => ({ route: venue, value: percent })),
  }
}

export const risk = defineCommand({
  name: 'risk',
  summary: 'What is at stake now, and how much room each limit leaves; resets breakers',
  help: 'Open positions, circuit breakers, the loss and the turnover of the day, and the share of all capital on each venue beside its limit. With few venues an even split counts as within the limit. Withdrawals are what each venue says of the coins that are held there; many say so with a key only. A breaker that tripped forbids all new risk, across restarts, until an operator says "risk reset" with its name and a typed word. "limits" shows what each person may approve.',
  role: 'viewer',
  roleFor: ({ action }) => (action === 'reset' ? 'operator' : 'viewer'),
  options: {
    action: withDefault(
      choice('show what is at stake (if left out) or reset a breaker', ['show', 'reset']),
      'show',
    ),
    breaker: optional(choice('The breaker to reset', breakerNames)),
    confirm: optional(text('RESET, typed to the letter')),
  },
  positional: ['action', 'breaker', 'confirm'],
  examples: ['risk', 'risk reset drawdown RESET'],
  async run({ action, breaker, confirm }, context) {
    if (action === 'reset') return resetBreaker(breaker, confirm, context)
    const { labels, now } = context
    const found = await readRisk(context)
    const { exposed, mandates, capital } = found
    const used = usedOf(found)
    const lines = linesOf(found, used)
    const badges = badgesOf(labels)
    const chart = chartOf(found, badges)
    const accounts = standingTable(found.standings, now())
    return {
      title: titleOf(found, used),
      tone: toneOf(found, used),
      badges,
      ...(lines.length === 0 ? {} : { text: lines.join('\n') }),
      fields: [
        { name: 'Today', value: profitText(found.profit) },
        ...(mandates.length === 0
          ? []
          : [
              {
                name: 'Mandates',
                value: `${mandates.length}, ${numberText(unusedUsdt(found))} USDT of them unused`,
              },
            ]),
      ],
      tables: [
        ...(exposed.length === 0 ? [] : [exposureTable(exposed, now())]),
        { columns: ['limit', 'used', 'most', 'share'], rows: used.map(usedRow) },
        breakerTable(found.facts, found.limits, found.exposure.tripped),
        ...(accounts === undefined ? [] : [accounts]),
        ...(capital.length === 0 ? [] : [capitalTable(capital, found.percentMax)]),
      ],
      ...(chart === undefined ? {} : { chart }),
      json: riskJson(found, used),
    }
  },
})
