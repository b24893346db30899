// The five venues that can be traded on, over a scripted world, each with its real client: a place for
// tests of the venues' private side.
import { createRestClient, createStreamClient } from '../src/exchanges/ccxt-client.ts'
import { parseDecimal } from '../src/money.ts'
import type { VenueKey } from '../src/simulator/accounts/account.ts'
import type { AccountsOptions } from '../src/simulator/accounts/open-desks.ts'
import type { Level, SourceAsset, SourceMarket } from '../src/simulator/market-source.ts'
import { startVenueServers, type VenueServers } from '../src/simulator/venue-servers.ts'
import { createScriptedSource, scriptedMarket, type ScriptedSource } from './scripted-source.ts'

/** The library's own class; its home is src/exchanges. */
type Exchange = ReturnType<typeof createRestClient>

export const tradedVenues = ['kucoin', 'binance', 'okx', 'bybit', 'bitget'] as const
export type TradedVenue = (typeof tradedVenues)[number]

export const symbol = 'BTC/USDT'
const ownCoins: Readonly<Record<string, string>> = { kucoin: 'KCS', binance: 'BNB', bitget: 'BGB' }

const rules: Partial<SourceMarket> = {
  priceDecimals: 1,
  amountDecimals: 5,
  amountMin: 0.0001,
  notionalMin: 5,
  takerFee: 0.001,
}

const marketsOf = (venue: TradedVenue): SourceMarket[] => {
  const own = ownCoins[venue]
  return [
    scriptedMarket(symbol, rules),
    scriptedMarket('ETH/USDT', rules),
    ...(own === undefined ? [] : [scriptedMarket(`${own}/USDT`, rules)]),
  ]
}

const open = { deposit: true, withdraw: true }
const assetsAll: readonly SourceAsset[] = [
  {
    asset: 'USDT',
    name: 'Tether',
    networks: [
      {
        network: 'ERC20',
        contract: '0xdac17f958d2ee523a2206206994597c13d831ec7',
        ...open,
        withdrawFee: 1,
      },
      {
        network: 'TRC20',
        contract: 'tr7nhqjekqxgtci8q8zy4pl8otszgjlj6t',
        ...open,
        withdrawFee: 0.5,
      },
    ],
  },
  { asset: 'BTC', name: 'Bitcoin', networks: [{ network: 'BTC', ...open, withdrawFee: 0.00001 }] },
  { asset: 'ETH', name: 'Ethereum', networks: [{ network: 'ERC20', ...open, withdrawFee: 0.001 }] },
]

const firstBids: readonly Level[] = [
  [50_000, 0.5],
  [49_990, 1],
]
const firstAsks: readonly Level[] = [
  [50_010, 0.2],
  [50_020, 0.3],
  [50_030, 2],
]

let ids = 0
/** Letters and digits only, as every venue takes them. */
export const nextClientId = () => `t${Date.now().toString(36)}${++ids}`

/** By the client's id, in the venue's own name for it where ccxt does not know one. */
export const lookupOf = (client: Exchange, venue: TradedVenue, clientId: string) =>
  client.fetchOrder(
    venue === 'bybit' ? '' : 'by-client-id',
    symbol,
    venue === 'bybit' ? { acknowledged: true, orderLinkId: clientId } : { clientOrderId: clientId },
  )

export type Wish = {
  readonly side: 'buy' | 'sell'
  readonly amount: number
  readonly price: number
  readonly timeInForce?: 'IOC' | 'GTC' | 'FOK'
  readonly clientId?: string
}

export async function sendOrder(client: Exchange, wish: Wish) {
  const { side, amount, price, timeInForce = 'IOC', clientId = nextClientId() } = wish
  const params = { clientOrderId: clientId, timeInForce }
  const order = await client.createOrder(symbol, 'limit', side, amount, price, params)
  return { clientId, order }
}

/** The text of what the venue said no with, its raw code included. */
export const refusal = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'accepted',
    (error: unknown) => `${(error as Error).constructor.name} ${(error as Error).message}`,
  )

export type PrivateVenues = {
  readonly source: ScriptedSource
  readonly servers: VenueServers
  /** A client with the usual key, or with other parts of it. */
  client(venue: TradedVenue, key?: Partial<VenueKey>): Promise<Exchange>
  streamClient(venue: TradedVenue, key?: Partial<VenueKey>): Promise<Exchange>
  /** Puts back the first book, with sizes that nobody took from. */
  freshBook(venue: TradedVenue): void
  close(): Promise<void>
}

export async function openPrivateVenues(accounts: AccountsOptions = {}): Promise<PrivateVenues> {
  const source = createScriptedSource(
    Object.fromEntries(tradedVenues.map((venue) => [venue, marketsOf(venue)])),
    assetsAll,
  )
  const starting = {
    USDT: parseDecimal('100000'),
    BTC: parseDecimal('5'),
    KCS: parseDecimal('50'),
    BNB: parseDecimal('5'),
    BGB: parseDecimal('50'),
  }
  const keys = { apiKey: 'simulator', secret: 'simulator', password: 'simulator' }
  const servers = await startVenueServers({
    source,
    // A key that may do everything, withdrawals included.
    accounts: { keys: [keys], balances: () => starting, ...accounts },
  })
  const clients: Exchange[] = []
  const access = (venue: TradedVenue, key: Partial<VenueKey> = {}) => ({
    venue,
    market: { kind: 'servers', url: servers.url } as const,
    keys: { ...keys, ...key },
  })
  let nudge = 0
  const freshBook = (venue: TradedVenue) => {
    const { bids, asks } = source.book(venue, symbol)
    // Another size at each price, or what was taken from it would still be gone.
    nudge = (nudge + 1) % 50
    const more = nudge / 100_000
    const grown = ([price, size]: Level): Level => [price, Number((size + more).toFixed(5))]
    const gone = (levels: readonly Level[]) => levels.map(([price]): Level => [price, 0])
    source.change(venue, symbol, gone(bids), gone(asks))
    source.change(venue, symbol, firstBids.map(grown), firstAsks.map(grown))
  }
  for (const venue of tradedVenues) freshBook(venue)
  const opened = async (client: Exchange) => {
    clients.push(client)
    await client.loadMarkets()
    return client
  }
  return {
    source,
    servers,
    client: async (venue, key) => opened(createRestClient(access(venue, key))),
    streamClient: async (venue, key) => opened(await createStreamClient(access(venue, key))),
    freshBook,
    async close() {
      await Promise.all(clients.map((client) => client.close()))
      await servers.close()
    },
  }
}
