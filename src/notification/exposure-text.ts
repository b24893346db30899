// An open position in words: what is open, what could be done at which cost, who decided what. And the
// buttons for it, each with the cost that its press agrees to.
import { estimate, format } from '../money.ts'
import type { Choice } from '../trade/engine/execution.ts'
import { openPositionsOf, type OpenPosition } from '../trade/open-position.ts'
import { costOf, costOfEnd, type Exposure, type Way, type WayOrder } from '../trade/exposure.ts'
import type { Trade } from '../trade/trade.ts'
import { amountText, numberText, priceText, signedText } from './amount-text.ts'
import type { CardAction, CardTable } from './card.ts'
import { personText } from './person-text.ts'
import { clockText } from './time-text.ts'
import { unsureOf } from './unknown-range.ts'

/** "0.0012 BTC on kucoin"; a negative amount was sold and not bought back. */
const positionText = ({ asset, amount, venues }: OpenPosition): string =>
  `${amountText(amount)} ${asset}${venues.length === 0 ? '' : ` on ${venues.join(' and ')}`}`

/** "0.5 SOL on kucoin"; of an order that nobody can find, from the least to the most that may be open. */
export function openText(trade: Trade): string {
  const ranges = unsureOf(trade)
  const sure = openPositionsOf(trade)
    .filter(({ asset }) => !ranges.some((range) => range.asset === asset))
    .map(positionText)
  const unsure = ranges.map(
    ({ asset, least, most }) => `between ${amountText(least)} and ${amountText(most)} ${asset}`,
  )
  return [...sure, ...unsure].join(', ')
}

export const worthText = ({ quoted }: Exposure): string =>
  quoted?.worthUsdt === undefined ? 'not known yet' : `${numberText(quoted.worthUsdt)} USDT`

/** What a choice is called on buttons and in tables. */
export function choiceName(choice: Choice): string {
  switch (choice) {
    case 'hedge':
      return 'Hedge now'
    case 'reverse':
      return 'Reverse'
    case 'proceed':
      return 'Proceed'
    case 'hold':
      return 'Hold'
    case 'retry':
      return 'Retry'
    case 'accept':
      return 'Accept as it is'
  }
}

/** Follows "to": what is done by it. */
export function choiceDeed(choice: Choice): string {
  switch (choice) {
    case 'hedge':
      return 'close it the cheaper way'
    case 'reverse':
      return 'take it back'
    case 'proceed':
      return 'complete the trade'
    case 'hold':
      return 'hold it'
    case 'retry':
      return 'try again as it was agreed'
    case 'accept':
      return 'keep it in the inventory as it is'
  }
}

const baseOf = (symbol: string): string => symbol.split('/')[0] ?? ''
const orderText = ({ venue, symbol, side, amount, average }: WayOrder): string =>
  `${side} ${amountText(amount)} ${baseOf(symbol)} on ${venue} at ${priceText(average)}`

/** "costs 1.22 USDT", "gains 0.3 USDT": against what the plan was to bring. */
export function costText(cost: bigint, asset: string): string {
  return cost < 0n
    ? `gains ${amountText(-cost, 4)} ${asset}`
    : `costs ${amountText(cost, 4)} ${asset}`
}

/** The same number to be given back: what somebody agrees to is what he was shown. */
const saidCost = (cost: bigint): string => amountText(cost, 4).replaceAll(',', '')

/** Follows "to": "cost 1.22 USDT", "gain 0.3 USDT". */
const costDeed = (cost: bigint, asset: string): string =>
  costText(cost, asset).replace(/^(cost|gain)s/, '$1')

/** What the way would do, or why there is none. */
export function wayText(way: Way): string {
  if (way.outcome === 'impossible') return `not possible: ${way.why}`
  const beyond = way.isBeyond ? ' (beyond the agreed slippage: an operator’s to choose)' : ''
  return `${way.orders.map(orderText).join(', then ')}${beyond}`
}

/** One row a way: what it does, what it costs, what the trade ends with. */
export function waysTable({ exposure, expectedNet, asset }: Trade): CardTable | undefined {
  if (exposure?.quoted === undefined) return undefined
  return {
    columns: ['choice', 'costs', 'ends at', 'by'],
    rows: exposure.quoted.ways.map((way) => [
      choiceName(way.choice),
      way.outcome === 'possible' ? costText(costOfEnd(expectedNet, way.net), asset) : '',
      way.outcome === 'possible' ? `${signedText(way.net)} ${asset}` : '',
      wayText(way),
    ]),
  }
}

/** What becomes of it when nobody answers. */
export function unansweredText({ unanswered }: Exposure): string {
  if (unanswered === undefined) return 'It stays open until somebody decides.'
  return `Unless somebody decides before ${clockText(unanswered.at)}, the desk tries to ${choiceDeed(unanswered.choice)}, within the agreed slippage.`
}

/** Who decided what, when, and what it was to cost; empty while nobody has. */
export function decidedText({ exposure, asset }: Trade): string {
  if (exposure?.decided === undefined) return ''
  const { choice, by, at, cost } = exposure.decided
  const said = cost === undefined ? '' : `, which was to ${costDeed(cost, asset)}`
  return `${personText(by)} decided at ${clockText(at)} to ${choiceDeed(choice)}${said}.`
}

/** Whether somebody's word is still asked for. */
export const isUndecided = ({ exposure }: Trade): boolean =>
  exposure !== undefined &&
  exposure.closedAt === undefined &&
  (exposure.decided === undefined || exposure.decided.choice === 'hold')

const styleOf = (choice: Choice): CardAction['style'] => {
  switch (choice) {
    case 'hedge':
      return 'primary'
    case 'reverse':
    case 'proceed':
    case 'hold':
    case 'retry':
      return 'plain'
    case 'accept':
      return 'danger'
  }
}

/** One button for each way there is, and those that send nothing. */
export function exposureActions(trade: Trade): readonly Omit<CardAction, 'asks'>[] {
  const { id, exposure, expectedNet, asset } = trade
  if (exposure?.quoted === undefined || !isUndecided(trade)) return []
  const { quoted, decided } = exposure
  const priced = quoted.ways.flatMap(({ choice }) => {
    const cost = costOf(expectedNet, quoted, choice)
    if (cost === undefined) return []
    return [
      {
        label: `${choiceName(choice)}: ${costText(cost, asset)}`,
        command: 'resolve',
        args: { trade: id, choice, cost: saidCost(cost) },
        style: styleOf(choice),
      },
    ]
  })
  const free = (['hold', 'accept'] as const)
    .filter((choice) => choice !== decided?.choice)
    .map((choice) => ({
      label: choiceName(choice),
      command: 'resolve',
      args: { trade: id, choice },
      style: styleOf(choice),
    }))
  return [...priced, ...free]
}

export const exposureJson = ({ exposure, expectedNet }: Trade) => {
  if (exposure === undefined) return {}
  const { since, reason, open, refusals, unanswered, quoted, decided, closedAt } = exposure
  return {
    exposure: {
      since: since.toISOString(),
      reason,
      open: open.map(({ asset, least, most }) => ({
        asset,
        least: format(least),
        most: format(most),
      })),
      refusals,
      unanswered:
        unanswered === undefined
          ? null
          : { choice: unanswered.choice, at: unanswered.at.toISOString() },
      worth_usdt: quoted?.worthUsdt === undefined ? null : estimate(quoted.worthUsdt),
      quoted_at: quoted?.at.toISOString() ?? null,
      ways: (quoted?.ways ?? []).map((way) =>
        way.outcome === 'impossible'
          ? { choice: way.choice, possible: false, why: way.why }
          : {
              choice: way.choice,
              possible: true,
              ends_at: format(way.net),
              cost: format(costOfEnd(expectedNet, way.net)),
              beyond_slippage: way.isBeyond,
              orders: way.orders.map(({ amount, average, ...order }) => ({
                ...order,
                amount: format(amount),
                price: format(average),
              })),
            },
      ),
      decided:
        decided === undefined
          ? null
          : {
              choice: decided.choice,
              by: decided.by,
              at: decided.at.toISOString(),
              cost: decided.cost === undefined ? null : format(decided.cost),
            },
      closed_at: closedAt?.toISOString() ?? null,
    },
  }
}
