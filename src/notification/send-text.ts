// How a transfer trade travels, in words: as it is planned, and as far as it has come.
import { format, toNumber } from '../money.ts'
import type { LegPlan, Opportunity } from '../opportunity/opportunity.ts'
import {
  arrivesBy,
  networkFeesOf,
  type SendPlan,
  type TransferPlan,
} from '../opportunity/transfer-plan.ts'
import type { Trade, TradeSend } from '../trade/trade.ts'
import { amountText, numberText, percentText, priceText } from './amount-text.ts'
import type { CardField, CardTable } from './card.ts'
import { durationText } from './time-text.ts'

type Travelling = { readonly legs: readonly LegPlan[]; readonly transfer: TransferPlan }

const minuteMs = 60_000
const etaText = ({ minutes }: SendPlan): string => `about ${durationText(minutes * minuteMs)}`

/** "0.99 SOL to binance on SOL, which takes 0.01 SOL and about 3 min". */
const sendText = (send: SendPlan, arrives: bigint): string =>
  `${amountText(arrives)} ${send.asset} to ${send.to} on ${send.network}, which takes ${amountText(send.fee, 4)} ${send.asset} and ${etaText(send)}`

function riskText({ legs, transfer: { riskShare } }: Travelling): string {
  const [buy] = legs
  if (riskShare === undefined || buy === undefined) return 'unknown: too few prices are recorded'
  const worth = toNumber(buy.spends.amount) * riskShare
  return `± ${numberText(worth)} ${buy.spends.asset} (${percentText(riskShare * 100).replace('+', '')}) while it is sent, one time in three more`
}

/** What a person judges a transfer trade by besides what is said of every gap. */
export function travelFields(travelling: Travelling): readonly CardField[] {
  const { legs, transfer } = travelling
  const { out, back } = transfer
  const [buy, sell] = legs
  if (buy === undefined || sell === undefined) return []
  const base = buy.base
  return [
    {
      name: 'Steps',
      value: [
        `1 buy ${amountText(buy.amount)} ${base} on ${buy.venue}`,
        `2 send ${sendText(out, arrivesBy(out, buy))}`,
        `3 sell ${amountText(sell.amount)} ${base} on ${sell.venue} at what it is worth then, not below ${priceText(sell.limit)} ${sell.quote}`,
        `then back: ${sendText(back, arrivesBy(back, sell))}`,
      ].join('; '),
    },
    {
      name: 'Takes',
      value: `${etaText(out)} until it is sold, ${durationText((out.minutes + back.minutes) * minuteMs)} in all`,
      short: true,
    },
    { name: 'Price risk', value: riskText(travelling) },
  ]
}

/** Of a list of transfer trades, beside what every list says. */
export const travelColumns: readonly string[] = ['networks take', 'sold after', 'price risk']

export function travelCells({ legs, transfer, notional, asset }: Opportunity): readonly string[] {
  if (transfer === undefined) return ['', '', '']
  const { out, riskShare } = transfer
  const risk = riskShare === undefined ? 'unknown' : toNumber(notional) * riskShare
  return [
    `${amountText(networkFeesOf(legs, transfer), 4)} ${asset}`,
    etaText(out),
    typeof risk === 'string' ? risk : `± ${numberText(risk)} ${asset}`,
  ]
}

/** What both networks take, in the asset of profit. */
export const networkFeesText = ({ legs, transfer }: Travelling, fees: bigint): string => {
  const network = networkFeesOf(legs, transfer)
  return `trading fees ${amountText(fees - network)} - network fees ${amountText(network)}`
}

const sendPlanJson = (send: SendPlan, arrives: bigint) => ({
  asset: send.asset,
  network: send.network,
  from: send.from,
  to: send.to,
  arrives: format(arrives),
  fee: format(send.fee),
  eta_ms: send.minutes * minuteMs,
})

export function travelJson({ legs, transfer }: Travelling) {
  const [buy, sell] = legs
  if (buy === undefined || sell === undefined) return {}
  const { out, back, riskShare } = transfer
  return {
    network_fees: format(networkFeesOf(legs, transfer)),
    send: sendPlanJson(out, arrivesBy(out, buy)),
    return: sendPlanJson(back, arrivesBy(back, sell)),
    price_risk_percent: riskShare === undefined ? null : riskShare * 100,
  }
}

/** What is under way, for the line that says how the trade stands; undefined when nothing is. */
export function underWayText({ sends = [] }: Trade): string | undefined {
  const last = sends.at(-1)
  if (last === undefined) return undefined
  const what = `${amountText(last.amount)} ${last.asset}`
  switch (last.state) {
    case 'requested':
    case 'sending':
      return `${what} is about to leave ${last.from} for ${last.to}`
    case 'in-transit':
      return `${what} is on its way from ${last.from} to ${last.to} on ${last.network}`
    case 'stuck':
      return `${what} is STUCK on its way from ${last.from} to ${last.to}`
    case 'unknown':
      return `NOBODY KNOWS whether ${what} has left ${last.from}; it is not sent again`
    case 'credited':
      return `${amountText(last.arrived ?? last.amount)} ${last.asset} has arrived on ${last.to}`
    case 'rejected':
    case 'returned':
      return `${what} did not leave ${last.from}`
  }
}

const stateText = ({ state, reason }: TradeSend): string => {
  const shown = state === 'stuck' || state === 'unknown' ? state.toUpperCase() : state
  return reason === undefined || state === 'credited' ? shown : `${shown}: ${reason}`
}

/** One row a transfer; what is only planned yet has none. */
export const sendsTable = ({ sends = [] }: Trade): readonly CardTable[] =>
  sends.length === 0
    ? []
    : [
        {
          columns: ['sent', 'amount', 'way', 'network', 'fee', 'state', 'took'],
          rows: sends.map((send) => [
            send.id,
            `${amountText(send.arrived ?? send.amount)} ${send.asset}`,
            `${send.from} → ${send.to}`,
            send.network,
            `${amountText(send.fee, 4)} ${send.asset}`,
            stateText(send),
            send.leftAt === undefined || send.state !== 'credited'
              ? ''
              : durationText(send.changedAt.getTime() - send.leftAt.getTime()),
          ]),
        },
      ]

export const sendsJson = ({ sends = [] }: Trade) =>
  sends.map((send) => ({
    transfer: send.id,
    asset: send.asset,
    network: send.network,
    from: send.from,
    to: send.to,
    amount: format(send.amount),
    fee: format(send.fee),
    state: send.state,
    arrived: send.arrived === undefined ? null : format(send.arrived),
    reason: send.reason ?? null,
    sent_at: send.leftAt?.toISOString() ?? null,
    changed_at: send.changedAt.toISOString(),
  }))
