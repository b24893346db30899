// `rebalance`: the cheapest way back into the bands. It is a plan, of which single transfers can be sent.
import { estimate, format } from '../money.ts'
import { amountText, numberText, percentText } from '../notification/amount-text.ts'
import type { CardTable } from '../notification/card.ts'
import { badgesOf } from '../notification/labels.ts'
import type { Arrival } from '../market/network-time.ts'
import { breakEvenTrades, planRebalance } from '../trade/rebalance-plan.ts'
import type { LeftOver, RebalancePlan, RebalanceStep } from '../trade/rebalance.ts'
import { defineCommand } from './command.ts'
import { choice, integer, optional, text, withDefault } from './option.ts'
import { sendStep } from './send-step.ts'
import { bandText } from './inventory.ts'
import { readRebalance } from './rebalance-input.ts'
import { worthText } from './worth.ts'

const monthMs = 30 * 86_400_000
const leftMax = 12

/** What the trades of the last month brought on average. */
type Earned = { readonly trades: number; readonly usdt: number }

const nothingMoved =
  'Nothing is moved by this. An operator may send one of its transfers with "rebalance send" and its number: the role "transfer" carries it out, with keys of its own and only to places that the list of its machine has. Chat alone can never withdraw. The desk does not convert for it.'

const minutesText = (minutes: number | undefined): string =>
  minutes === undefined
    ? 'nobody knows how long'
    : minutes === 0
      ? 'at once'
      : `about ${numberText(minutes)} min`

const arrivalText = (arrival: Arrival | undefined): string =>
  arrival === undefined
    ? 'unknown'
    : `${numberText(arrival.minutes)} min${arrival.source === 'estimate' ? ' (estimate)' : ''}`

type Numbered<T> = { readonly step: T; readonly number: number }

const ofKind = <K extends RebalanceStep['kind']>(steps: readonly RebalanceStep[], kind: K) =>
  steps.flatMap((step, i): Numbered<Extract<RebalanceStep, { kind: K }>>[] =>
    step.kind === kind
      ? [{ step: step as Extract<RebalanceStep, { kind: K }>, number: i + 1 }]
      : [],
  )

function transferTable({ steps }: RebalancePlan): CardTable | undefined {
  const rows = ofKind(steps, 'transfer').map(({ step: { link, sent, costUsdt }, number }) => [
    `${number} send ${amountText(sent)} ${link.asset}`,
    `${link.from} → ${link.to}`,
    link.network,
    `${amountText(link.fee, 4)} ${link.asset} (${worthText(costUsdt)} USDT)`,
    amountText(link.min, 4),
    arrivalText(link.arrival),
    link.status,
  ])
  if (rows.length === 0) return undefined
  return {
    columns: ['step', 'way', 'network', 'fee', 'least', 'takes', 'wallets'],
    rows,
  }
}

function conversionTable({ steps }: RebalancePlan): CardTable | undefined {
  const rows = ofKind(steps, 'convert').map(({ step, number }) => [
    `${number} ${step.side} ${step.symbol}`,
    step.venue,
    `${amountText(step.spent.amount)} ${step.spent.asset}`,
    `${amountText(step.received.amount)} ${step.received.asset}`,
    percentText(step.feeRate * 100).replace('+', ''),
    `${worthText(step.costUsdt)} USDT`,
  ])
  if (rows.length === 0) return undefined
  return { columns: ['step', 'on', 'gives', 'brings', 'fee', 'costs'], rows }
}

function leftTable({ left }: RebalancePlan): CardTable | undefined {
  if (left.length === 0) return undefined
  return {
    columns: ['stays outside', 'on', 'with', 'band', 'because'],
    rows: left
      .slice(0, leftMax)
      .map(({ band, amount, reason }) => [
        band.asset,
        band.venue,
        amountText(amount),
        bandText(band),
        reason,
      ]),
  }
}

function breakEvenText({ costUsdt }: RebalancePlan, earned: Earned): string {
  const trades = breakEvenTrades(costUsdt, earned)
  if (trades !== undefined)
    return `It has paid for itself after ${trades} ${trades === 1 ? 'trade' : 'trades'} of the last 30 days' average, ${numberText(earned.usdt / earned.trades)} USDT net each.`
  return earned.trades === 0
    ? 'No trade of the last 30 days brought anything yet, so nobody can say how many would pay for it.'
    : 'The trades of the last 30 days brought nothing on average, so no number of them would pay for it.'
}

function linesOf(plan: RebalancePlan, earned: Earned): readonly string[] {
  const { steps, outsideBeforeUsdt, outsideAfterUsdt, isProved, left } = plan
  const unsure = ofKind(steps, 'transfer').filter(({ step }) => step.link.status === 'unknown')
  return [
    ...(steps.length === 0
      ? []
      : [
          `Of ${worthText(outsideBeforeUsdt)} USDT outside its bands, ${worthText(outsideAfterUsdt)} USDT would be left.`,
          breakEvenText(plan, earned),
        ]),
    ...(steps.some(({ kind }) => kind === 'convert')
      ? [
          'Conversions are reckoned at the best prices of the last minute: a large one gets a worse price.',
        ]
      : []),
    ...(unsure.length === 0
      ? []
      : [
          'Where wallets are unknown, one of the two venues does not say whether it is open: look before you send.',
        ]),
    ...(isProved || steps.length === 0
      ? []
      : ['There are too many ways to try them all: this is the cheapest that was found in time.']),
    ...(left.length > leftMax ? [`${left.length - leftMax} more stay outside their bands.`] : []),
    nothingMoved,
  ]
}

function titleOf({ steps, costUsdt, minutes, left, isProved }: RebalancePlan): string {
  if (steps.length > 0)
    return `Rebalance: ${steps.length === 1 ? 'one step' : `${steps.length} steps`} for ${worthText(costUsdt)} USDT, ${minutesText(minutes)}`
  if (left.length > 0)
    return isProved
      ? 'Rebalance: nothing that is outside its band can be brought back'
      : 'Rebalance: no way back was found in time'
  return 'Rebalance: every coin is within its band'
}

const stepJson = (step: RebalanceStep) =>
  step.kind === 'convert'
    ? {
        kind: step.kind,
        venue: step.venue,
        symbol: step.symbol,
        side: step.side,
        gives: { asset: step.spent.asset, amount: format(step.spent.amount) },
        brings: { asset: step.received.asset, amount: format(step.received.amount) },
        fee_rate: step.feeRate,
        cost_usdt: estimate(step.costUsdt),
      }
    : {
        kind: step.kind,
        asset: step.link.asset,
        from: step.link.from,
        to: step.link.to,
        network: step.link.network,
        sent: format(step.sent),
        received: format(step.received),
        fee: format(step.link.fee),
        min: format(step.link.min),
        minutes: step.link.arrival?.minutes ?? null,
        minutes_from: step.link.arrival?.source ?? null,
        status: step.link.status,
        cost_usdt: estimate(step.costUsdt),
      }

const leftJson = ({ band, amount, reason }: LeftOver) => ({
  asset: band.asset,
  venue: band.venue,
  amount: format(amount),
  low: format(band.low),
  high: format(band.high),
  reason,
})

const planJson = (plan: RebalancePlan, earned: Earned) => ({
  steps: plan.steps.map(stepJson),
  cost_usdt: estimate(plan.costUsdt),
  minutes: plan.minutes ?? null,
  outside_usdt: estimate(plan.outsideBeforeUsdt),
  outside_after_usdt: estimate(plan.outsideAfterUsdt),
  break_even_trades:
    plan.steps.length === 0 ? null : (breakEvenTrades(plan.costUsdt, earned) ?? null),
  net_usdt_average: earned.trades === 0 ? null : earned.usdt / earned.trades,
  left: plan.left.map(leftJson),
  proved_cheapest: plan.isProved,
})

export const rebalance = defineCommand({
  name: 'rebalance',
  summary: 'The cheapest conversions and transfers that bring each coin back into its band',
  help: 'A plan to read, step by step: what to convert and what to send, by which network, for which fee, how long it takes and how many trades pay for it; and what cannot be brought back and why. Nothing is moved by it. "rebalance send" and the number of a transfer asks for that one, with its amount and place typed to the letter; transfer.enabled, transfer.usdt_max and transfer.day_usdt_max bound it, and no chat can name an address. Bands are those of "inventory"; inventory.cost_percent_max is the most it may cost.',
  role: 'viewer',
  roleFor: ({ action }) => (action === 'send' ? 'operator' : 'viewer'),
  options: {
    action: withDefault(
      choice('the plan (if left out) or send one step', ['plan', 'send']),
      'plan',
    ),
    step: optional(integer('The number of the step to send', { min: 1, max: 1000 })),
    confirm: optional(text('SEND, amount, coin, TO and venue, typed to the letter')),
  },
  positional: ['action', 'step', 'confirm'],
  rest: 'confirm',
  examples: ['rebalance', 'rebalance send 2', 'rebalance send 2 SEND 0.01 BTC TO kucoin'],
  async run({ action, step, confirm }, context) {
    const { labels, profits, now } = context
    const to = now()
    const [{ inventory, input }, [results]] = await Promise.all([
      readRebalance(context),
      profits.results([{ from: new Date(to.getTime() - monthMs), to }]),
    ])
    const earned = { trades: results?.trades ?? 0, usdt: results?.profit.usdt ?? 0 }
    const plan = planRebalance(input)
    if (action === 'send') return await sendStep(step, confirm, { plan, input }, context)
    const tables = [transferTable(plan), conversionTable(plan), leftTable(plan)]
    return {
      title: inventory.held.length === 0 ? 'Rebalance: nothing is held yet' : titleOf(plan),
      tone: plan.left.length > 0 ? 'warning' : 'neutral',
      badges: badgesOf(labels),
      text: linesOf(plan, earned).join('\n'),
      tables: tables.filter((table) => table !== undefined),
      json: planJson(plan, earned),
    }
  },
})
