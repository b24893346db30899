// The card of a trade, from the click to the books: expected beside realised, leg by leg.
import { format, toNumber, type AssetAmount } from '../money.ts'
import type { Trade } from '../trade/trade.ts'
import { amountText, percentText, priceText, signedText } from './amount-text.ts'
import type { Card, CardField, CardTable, Tone } from './card.ts'
import {
  decidedText,
  exposureActions,
  exposureJson,
  isUndecided,
  openText,
  unansweredText,
  waysTable,
  worthText,
} from './exposure-text.ts'
import { badgesOf, type Labels } from './labels.ts'
import { legOutcomes, type LegOutcome } from './leg-outcome.ts'
import { legPlanTable } from './leg-plan-card.ts'
import { whyAction } from './opportunity-card.ts'
import { notHomeJson, notHomeOf, notHomeText } from './not-home.ts'
import { routeText } from './route-text.ts'
import { sendsJson, sendsTable, travelFields, travelJson, underWayText } from './send-text.ts'
import { durationText, timeText } from './time-text.ts'
import { realisedText, unsureOf } from './unknown-range.ts'

const assetText = ({ asset, amount }: AssetAmount): string => `${amountText(amount)} ${asset}`
const residualText = (residual: readonly AssetAmount[]): string =>
  residual
    .filter(({ amount }) => amount !== 0n)
    .map(assetText)
    .join(', ')

/** What the trade brought, where it got that far. */
export function realisedNet(trade: Trade): bigint | undefined {
  switch (trade.state) {
    case 'approved':
    case 'executing':
    case 'abandoned':
      return undefined
    case 'settled':
    case 'exposed':
      return trade.realisedNet
  }
}

const filledSoFar = (trade: Trade): string => {
  const filled = legOutcomes(trade).filter(({ plan, fill }) => plan && fill).length
  return trade.fills.length === 0 ? '' : `, ${filled} of ${trade.plan.length} legs filled`
}

/** What a person is asked, or what one decided, with what venues had refused. */
function exposureText(trade: Trade): string {
  const { exposure } = trade
  if (exposure === undefined) return ''
  const refused = exposure.refusals.map((refusal) => `${refusal}.`)
  const asked = isUndecided(trade)
    ? [`Worth: ${worthText(exposure)}. ${unansweredText(exposure)}`]
    : []
  return ['', ...refused, decidedText(trade), ...asked].filter((line) => line !== '').join('\n')
}

function stillOpenText(trade: Extract<Trade, { state: 'exposed' }>): string {
  const { residual, reason } = trade
  const open = unsureOf(trade).length > 0 ? openText(trade) : residualText(residual)
  return open === '' ? 'Closed, and looked at once more' : `OPEN POSITION of ${open}: ${reason}`
}

/** How the trade stands, in one line with its numbers. */
function tradeStateText(trade: Trade): string {
  const { asset } = trade
  const expected = `${signedText(trade.expectedNet)} ${asset} expected`
  switch (trade.state) {
    case 'approved':
      return `Prices are checked again before anything is sent; ${expected}.`
    case 'executing':
      return `${underWayText(trade) ?? 'Orders are on their way'}${filledSoFar(trade)}; ${expected}.`
    case 'settled':
      return `Realised ${signedText(trade.realisedNet)} ${asset}; ${expected}.`
    case 'abandoned': {
      const found =
        trade.foundNet === undefined ? '' : `, ${signedText(trade.foundNet)} ${asset} found`
      return `Nothing was traded: ${trade.reason}; ${expected}${found}.`
    }
    case 'exposed':
      return `${stillOpenText(trade)}. ${realisedText(trade, trade.realisedNet)}; ${expected}.`
  }
}

function headline(trade: Trade): { readonly word: string; readonly tone: Tone } {
  switch (trade.state) {
    case 'approved':
      return { word: 'approved', tone: 'neutral' }
    case 'executing':
      return { word: 'executing', tone: 'neutral' }
    case 'settled': {
      const settled = `settled ${signedText(trade.realisedNet)} ${trade.asset}`
      return notHomeOf(trade) === undefined
        ? { word: settled, tone: trade.realisedNet > 0n ? 'good' : 'bad' }
        : { word: `${settled}, NOT ALL CAME HOME`, tone: 'warning' }
    }
    case 'abandoned':
      return { word: 'not made', tone: 'warning' }
    case 'exposed':
      return {
        word: trade.exposure === undefined || isUndecided(trade) ? 'EXPOSED' : 'is being closed',
        tone: 'bad',
      }
  }
}

/** "-0.02 %" when it cost the desk 0.02 % of the price against the plan. */
function slipText({ plan, fill }: LegOutcome): string {
  if (plan === undefined || fill === undefined || plan.average === 0n) return ''
  const change = toNumber(fill.average) / toNumber(plan.average) - 1
  return percentText((fill.side === 'buy' ? -change : change) * 100)
}

/** "0.5 BTC", "0.2 of 0.5 BTC", "0 of 0.5 BTC". */
function filledText({ plan, fill }: LegOutcome): string {
  const base = (fill ?? plan)?.symbol.split('/')[0] ?? ''
  const amount = amountText(fill?.filled ?? 0n)
  const isWhole = plan === undefined || fill?.filled === plan.amount
  return isWhole ? `${amount} ${base}` : `${amount} of ${amountText(plan.amount)} ${base}`
}

function outcomeRow(outcome: LegOutcome, i: number): readonly string[] {
  const { plan, fill } = outcome
  const leg = fill ?? plan
  return [
    [i + 1, fill?.role, leg?.side].filter((part) => part !== undefined).join(' '),
    leg?.venue ?? '',
    filledText(outcome),
    fill === undefined ? '' : priceText(fill.average),
    plan === undefined ? 'not planned' : priceText(plan.average),
    slipText(outcome),
    fill === undefined ? '' : `${amountText(fill.fee.amount, 4)} ${fill.fee.asset}`,
    fill === undefined ? '' : durationText(fill.filledAt.getTime() - fill.sentAt.getTime()),
  ]
}

const outcomeTable = (trade: Trade): CardTable => ({
  columns: ['leg', 'venue', 'filled', 'at', 'expected', 'better by', 'fee', 'took'],
  rows: legOutcomes(trade).map(outcomeRow),
})

const assetJson = ({ asset, amount }: AssetAmount) => ({ asset, amount: format(amount) })

const outcomeJson = ({ plan, fill }: LegOutcome) => ({
  // "hedge" and "unwind" bring home what the plan left open.
  role: fill?.role ?? 'plan',
  venue: fill?.venue ?? plan?.venue,
  symbol: fill?.symbol ?? plan?.symbol,
  side: fill?.side ?? plan?.side,
  amount: fill === undefined ? null : format(fill.filled),
  price: fill === undefined ? null : format(fill.average),
  fee: fill === undefined ? null : format(fill.fee.amount),
  fee_asset: fill?.fee.asset ?? plan?.fee.asset,
  // Fees included: these add up to the realised net and the residual, to the last digit.
  spent: fill === undefined ? null : assetJson(fill.spent),
  received: fill === undefined ? null : assetJson(fill.received),
  expected_amount: plan === undefined ? null : format(plan.amount),
  expected_price: plan === undefined ? null : format(plan.average),
  expected_fee: plan === undefined ? null : format(plan.fee.amount),
  expected_fee_asset: plan?.fee.asset ?? null,
  fee_source: plan?.feeSource ?? null,
  order_id: fill?.orderId ?? null,
  sent_at: fill?.sentAt.toISOString() ?? null,
  filled_at: fill?.filledAt.toISOString() ?? null,
})

const stateJson = (trade: Trade) => {
  const { asset } = trade
  switch (trade.state) {
    case 'approved':
    case 'executing':
      return {}
    case 'settled':
      return {
        realised: { net: format(trade.realisedNet), asset },
        residual: trade.residual.map(assetJson),
        ended_at: trade.at.toISOString(),
      }
    case 'abandoned':
      return {
        found: trade.foundNet === undefined ? null : { net: format(trade.foundNet), asset },
        reason: trade.reason,
        ended_at: trade.at.toISOString(),
      }
    case 'exposed':
      return {
        realised: { net: format(trade.realisedNet), asset },
        residual: trade.residual.map(assetJson),
        reason: trade.reason,
        ended_at: trade.at.toISOString(),
      }
  }
}

/** The `--json` shape of a trade, whoever shows it. */
export const tradeJson = (trade: Trade) => ({
  id: trade.id,
  opportunity: trade.opportunity,
  approval: trade.approval,
  state: trade.state,
  type: trade.kind,
  route: trade.route,
  mode: trade.mode,
  notional: format(trade.notional),
  asset: trade.asset,
  expected: { net: format(trade.expectedNet), asset: trade.asset },
  ...stateJson(trade),
  ...exposureJson(trade),
  legs: legOutcomes(trade).map(outcomeJson),
  ...(trade.transfer !== undefined && {
    ...travelJson({ legs: trade.plan, transfer: trade.transfer }),
    transfers: sendsJson(trade),
    not_home: notHomeJson(trade),
  }),
  created_at: trade.createdAt.toISOString(),
})

/** What went in; before anything did, what is to go in. */
function sizeOf({ fills, asset, notional }: Trade): bigint {
  const spent = fills
    .filter((fill) => fill.spent.asset === asset)
    .reduce((sum, fill) => sum + fill.spent.amount, 0n)
  return spent > 0n ? spent : notional
}

function fieldsOf(trade: Trade): readonly CardField[] {
  const started: CardField = { name: 'Started', value: timeText(trade.createdAt), short: true }
  const size: CardField = {
    name: 'Size',
    value: `${amountText(sizeOf(trade))} ${trade.asset}`,
    short: true,
  }
  const { plan: legs, transfer } = trade
  const travel = transfer === undefined ? [] : travelFields({ legs, transfer })
  switch (trade.state) {
    case 'approved':
    case 'executing':
      return [size, started, ...travel]
    case 'settled':
    case 'exposed':
    case 'abandoned': {
      const took = trade.at.getTime() - trade.createdAt.getTime()
      const end: CardField = { name: 'Took', value: durationText(took), short: true }
      const left = trade.state === 'abandoned' ? '' : residualText(trade.residual)
      return [size, started, end, ...(left === '' ? [] : [{ name: 'Left over', value: left }])]
    }
  }
}

const waysTables = (trade: Trade): readonly CardTable[] => {
  const ways = isUndecided(trade) ? waysTable(trade) : undefined
  return ways === undefined ? [] : [ways]
}

/** A trade keeps the mode it was made in, whatever the desk runs in when it is shown. */
export function tradeCard(trade: Trade, at: Date, labels: Labels): Card {
  const { word, tone } = headline(trade)
  const made = { mode: trade.mode, market: labels.market }
  return {
    title: `Trade ${trade.id} ${word}: ${routeText(trade.route)}`,
    tone,
    badges: badgesOf(made),
    text: [tradeStateText(trade), notHomeText(trade), exposureText(trade)]
      .filter((part) => part !== '')
      .join('\n'),
    fields: fieldsOf(trade),
    tables: [
      trade.fills.length === 0 ? legPlanTable(trade.plan) : outcomeTable(trade),
      ...sendsTable(trade),
      ...waysTables(trade),
    ],
    actions: trade.state === 'abandoned' ? [whyAction(trade.route)] : exposureActions(trade),
    json: {
      kind: 'trade',
      at: at.toISOString(),
      ...tradeJson(trade),
      market: labels.market,
    },
  }
}
