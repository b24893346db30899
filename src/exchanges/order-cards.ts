// Every venue whose order routes have been reviewed. A new venue is one more card; nothing else names one.
import type { VenueId } from '../market/market.ts'
import { binanceOrders } from './orders/binance.ts'
import { bitgetOrders } from './orders/bitget.ts'
import { bybitOrders } from './orders/bybit.ts'
import { gateOrders } from './orders/gate.ts'
import { kucoinOrders } from './orders/kucoin.ts'
import { mexcOrders } from './orders/mexc.ts'
import { okxOrders } from './orders/okx.ts'
import type { OrderCard } from './orders/order-card.ts'

export const orderCards: readonly OrderCard[] = Object.freeze([
  kucoinOrders,
  binanceOrders,
  okxOrders,
  bybitOrders,
  bitgetOrders,
  mexcOrders,
  gateOrders,
])

/** Undefined for a venue whose order routes nobody has reviewed. */
export const orderCard = (venue: VenueId): OrderCard | undefined =>
  orderCards.find((card) => card.venue === venue)
