// What a venue calls its markets and assets, from the market list that ccxt reads without any key.
import type { RequestBudget } from '../market/request-budget.ts'
import { createRestClient, requestTimeoutMsDefault, type VenueAccess } from './ccxt-client.ts'
import { knownExchange } from './known-exchanges.ts'
import { callRest, traceRequests, type RestCaller } from './rest-call.ts'

export type MarketNames = {
  /** Undefined once the list is there; else why it is not. Asks again whenever it is not. */
  load(): Promise<string | undefined>
  /** "BTC-USDT" for "BTC/USDT"; undefined for what is no spot market of the list. */
  idOf(symbol: string): string | undefined
  /** "BTC/USDT" for "BTC-USDT"; undefined for what is no spot market of the list. */
  symbolOf(id: string): string | undefined
  /** ccxt's name of an asset: venues use one short name for different coins. */
  assetOf(name: string): string
  close(): Promise<void>
}

const listDeadlineFactor = 3

export function openMarketNames(options: {
  readonly access: VenueAccess
  readonly budget: RequestBudget
}): MarketNames {
  const { budget } = options
  const { keys: _keys, ...access } = options.access
  const exchange = createRestClient(access)
  const deadlineMs = access.requestTimeoutMs ?? requestTimeoutMsDefault
  traceRequests(exchange, deadlineMs)
  const closing = new AbortController()
  const caller: RestCaller = { venue: access.venue, budget, closing: closing.signal }
  const weight = knownExchange(access.venue)?.weights.list ?? 1
  let loading: Promise<string | undefined> | undefined

  async function load(): Promise<string | undefined> {
    const answer = await callRest(caller, weight, deadlineMs * listDeadlineFactor, () =>
      exchange.loadMarkets(),
    )
    return answer.outcome === 'ok' ? undefined : answer.detail
  }

  return {
    async load() {
      if (exchange.markets !== undefined) return undefined
      loading ??= load().finally(() => {
        loading = undefined
      })
      return await loading
    },
    idOf(symbol) {
      const market = exchange.markets?.[symbol]
      return market?.spot === true ? market.id : undefined
    },
    symbolOf: (id) =>
      exchange.markets_by_id?.[id]?.find((market: { spot?: boolean }) => market.spot === true)
        ?.symbol,
    assetOf: (name) => exchange.safeCurrencyCode(name) ?? name,
    async close() {
      closing.abort()
      await exchange.close()
      await exchange.fetchDispatcher?.destroy()
    },
  }
}
