// The orders of one venue, as its lookups know them: by id, by the client's own id of which there may
// have been several, and listed by account and symbol.
import type { OrderRef, SpotOrder } from './spot-order.ts'

// Far above what a run places; the oldest that ended make room.
const ordersMax = 50_000

export type OrderMemory = {
  save(order: SpotOrder): void
  find(apiKey: string, ref: OrderRef): SpotOrder | undefined
  /** Oldest first; of all symbols unless one is named. */
  of(apiKey: string, symbol: string | undefined): readonly SpotOrder[]
  all(): readonly SpotOrder[]
}

export function createOrderMemory(): OrderMemory {
  const orders = new Map<string, SpotOrder>()
  const bySymbol = new Map<string, Set<string>>()
  const latest = new Map<string, string>()
  const clientKey = (apiKey: string, clientId: string) => `${apiKey} ${clientId}`
  const symbolKey = ({ apiKey, market }: SpotOrder) => `${apiKey} ${market.symbol}`

  const forgetOldest = () => {
    for (const order of orders.values()) {
      if (order.state === 'open') continue
      orders.delete(order.id)
      bySymbol.get(symbolKey(order))?.delete(order.id)
      const key = clientKey(order.apiKey, order.clientId)
      if (latest.get(key) === order.id) latest.delete(key)
      return
    }
  }
  const add = (order: SpotOrder) => {
    if (orders.size >= ordersMax) forgetOldest()
    latest.set(clientKey(order.apiKey, order.clientId), order.id)
    const ids = bySymbol.get(symbolKey(order)) ?? new Set()
    bySymbol.set(symbolKey(order), ids.add(order.id))
  }
  const orderOf = (id: string): SpotOrder => orders.get(id) as SpotOrder

  return {
    save(order) {
      if (!orders.has(order.id)) add(order)
      orders.set(order.id, order)
    },
    find(apiKey, ref) {
      const id = 'id' in ref ? ref.id : latest.get(clientKey(apiKey, ref.clientId))
      const order = id === undefined ? undefined : orders.get(id)
      return order?.apiKey === apiKey ? order : undefined
    },
    of(apiKey, symbol) {
      if (symbol !== undefined)
        return Array.from(bySymbol.get(`${apiKey} ${symbol}`) ?? [], orderOf)
      return [...orders.values()].filter((order) => order.apiKey === apiKey)
    },
    all: () => [...orders.values()],
  }
}
