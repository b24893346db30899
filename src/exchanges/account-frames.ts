// What each venue's frames about our account look like, as far as it is read: whose order moved, or that
// money did. Amounts are left where they are: they come as the venue likes, some without fees and some with
// the last fill alone, and the books are made of what REST answers.
import type { VenueId } from '../market/market.ts'
import { fieldOf, rowsOf, textOf, type Json } from './exact-json.ts'

export type Heard =
  | { readonly kind: 'orders'; readonly clientOrderIds: readonly string[] }
  | { readonly kind: 'balances' }
  /** The venue ends this stream and leaves the connection open. */
  | { readonly kind: 'end' }

export type AccountFrames = {
  readonly venue: VenueId
  /** Subscriptions that the venue confirms until both streams run. */
  readonly confirmations: number
  /** Undefined: it is about the connection itself, or about nothing we know. */
  read(frame: Json): Heard | undefined
}

const balances: Heard = { kind: 'balances' }
const ordersOf = (rows: readonly (Json | undefined)[], field: string): Heard => ({
  kind: 'orders',
  clientOrderIds: rows.map((row) => textOf(row, field)),
})
const dataOf = (frame: Json): readonly Json[] => rowsOf(fieldOf(frame, 'data')) ?? []
const channelOf = (frame: Json): string => textOf(fieldOf(frame, 'arg'), 'channel')

function byChannel(frame: Json, field: string): Heard | undefined {
  // A confirmation names its channel, too.
  if (fieldOf(frame, 'data') === undefined) return undefined
  const channel = channelOf(frame)
  if (channel === 'orders') return ordersOf(dataOf(frame), field)
  return channel === 'account' ? balances : undefined
}

const entries: readonly AccountFrames[] = [
  {
    venue: 'kucoin',
    confirmations: 2,
    read(frame) {
      if (textOf(frame, 'type') !== 'message') return undefined
      const topic = textOf(frame, 'topic')
      if (topic === '/account/balance') return balances
      if (!topic.startsWith('/spotMarket/tradeOrders')) return undefined
      return ordersOf([fieldOf(frame, 'data')], 'clientOid')
    },
  },
  {
    venue: 'binance',
    // One stream has both.
    confirmations: 1,
    read(frame) {
      const event = fieldOf(frame, 'event')
      switch (textOf(event, 'e')) {
        case 'executionReport':
          // A cancel comes under an id of its own, and has the order's beside it.
          return ordersOf([event], textOf(event, 'C') === '' ? 'c' : 'C')
        case 'outboundAccountPosition':
        case 'balanceUpdate':
        case 'externalLockUpdate':
          return balances
        case 'eventStreamTerminated':
          return { kind: 'end' }
        default:
          return undefined
      }
    },
  },
  { venue: 'okx', confirmations: 2, read: (frame) => byChannel(frame, 'clOrdId') },
  {
    venue: 'bybit',
    confirmations: 2,
    read(frame) {
      const topic = textOf(frame, 'topic')
      if (topic === 'wallet') return balances
      return topic === 'order' ? ordersOf(dataOf(frame), 'orderLinkId') : undefined
    },
  },
  { venue: 'bitget', confirmations: 2, read: (frame) => byChannel(frame, 'clientOid') },
]

/** Undefined for a venue whose account stream nobody has tried: it is asked by REST alone. */
export const accountFrames = (venue: VenueId): AccountFrames | undefined =>
  entries.find((entry) => entry.venue === venue)

/** The venue's word that one subscription runs. */
export const isConfirmation = (frame: Json): boolean =>
  textOf(frame, 'type') === 'ack' ||
  textOf(frame, 'event') === 'subscribe' ||
  (textOf(frame, 'op') === 'subscribe' && fieldOf(frame, 'success') === true) ||
  fieldOf(fieldOf(frame, 'result'), 'subscriptionId') !== undefined
