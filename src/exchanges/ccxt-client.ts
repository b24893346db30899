// Builds the ccxt object that talks to one venue: at its public address, at servers that stand in for
// it, or at addresses given by hand.
import type { Exchange } from 'ccxt'
import type { VenueId } from '../market/market.ts'
import type { Rate } from '../money.ts'
import { restMakers, streamMakers, type ExchangeMaker } from './ccxt-library.ts'
import { knownExchange, type KnownExchange } from './known-exchanges.ts'

export type MarketSide =
  | { readonly kind: 'live' }
  /** Venue servers: "http://127.0.0.1:4711", the real host being the first segment of each path. */
  | { readonly kind: 'servers'; readonly url: string }

type VenueKeys = {
  readonly apiKey: string
  readonly secret: string
  readonly password?: string
}

export type VenueAccess = {
  readonly venue: VenueId
  readonly market: MarketSide
  /** Take the place of the venue's addresses; the real host becomes the first segment of the path. */
  readonly restUrl?: string
  readonly wsUrl?: string
  /** What this account pays, where that is another fee than everybody's. */
  readonly takerFee?: Rate
  /** Only needed for what the venue tells nobody else, such as closed wallets on Binance. */
  readonly keys?: VenueKeys
  /** From the request until the answer begins, ms. */
  readonly requestTimeoutMs?: number
}

export const requestTimeoutMsDefault = 10_000
const connectTimeoutMs = 8_000

const withoutSlash = (url: string) => url.replace(/\/+$/, '')

/** Where "https://host/x" and "wss://host/x" of the venue really go. Undefined: to the venue. */
function bases({ market, restUrl, wsUrl }: VenueAccess) {
  const servers = market.kind === 'servers' ? withoutSlash(market.url) : undefined
  const rest = restUrl === undefined ? servers : withoutSlash(restUrl)
  const ws = wsUrl === undefined ? servers?.replace(/^http/, 'ws') : withoutSlash(wsUrl)
  return { rest, ws }
}

/** "wss://host/x" as "ws://127.0.0.1:4711/host/x" where the access says so; others stay. */
export function routeUrl(access: VenueAccess, url: string): string {
  const { rest, ws } = bases(access)
  if (url.startsWith('https://') && rest !== undefined) return `${rest}/${url.slice(8)}`
  if (url.startsWith('wss://') && ws !== undefined) return `${ws}/${url.slice(6)}`
  return url
}

/** Rewrites every address in ccxt's nested `urls.api`. */
function reroute(access: VenueAccess, hostname: string, urls: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(urls)) {
    if (typeof value === 'string')
      urls[key] = routeUrl(access, value.replaceAll('{hostname}', hostname))
    else if (typeof value === 'object' && value !== null)
      reroute(access, hostname, value as Record<string, unknown>)
  }
}

function configOf(access: VenueAccess, known: KnownExchange): object {
  const { stream, spotMarketsOnly } = known
  return {
    ...access.keys,
    timeout: access.requestTimeoutMs ?? requestTimeoutMsDefault,
    // The request budget is ours: it is shared with other processes, which ccxt's throttle is not.
    enableRateLimit: false,
    options: {
      defaultType: 'spot',
      fetchMarkets: { types: spotMarketsOnly ?? ['spot'] },
      ...(stream?.snapshotAfterDeltas !== undefined && {
        watchOrderBook: { snapshotDelay: stream.snapshotAfterDeltas },
      }),
      ws: {
        connectionTimeout: connectTimeoutMs,
        // Compression costs ten times what the rest of a frame costs.
        options: { perMessageDeflate: false, skipUTF8Validation: true },
      },
    },
  }
}

function create(access: VenueAccess, makers: ReadonlyMap<VenueId, ExchangeMaker>): Exchange {
  const known = knownExchange(access.venue)
  const Maker = makers.get(access.venue)
  if (known === undefined || Maker === undefined)
    throw new Error(`no venue is known as "${access.venue}"; add it to known-exchanges.ts`)
  const exchange = new Maker(configOf(access, known))
  reroute(access, exchange.hostname ?? '', exchange.urls.api)
  // ccxt fills a missing fee with its own table; then a market's own fee could not be told from it.
  exchange.fees.trading = { ...exchange.fees.trading, taker: undefined }
  return exchange
}

/** For REST calls. Throws for a venue that has no entry in known-exchanges.ts. */
export const createRestClient = (access: VenueAccess): Exchange => create(access, restMakers)

/** For websockets. Plain ws:// needs an agent that ccxt only loads when asked. */
export async function createStreamClient(access: VenueAccess): Promise<Exchange> {
  const exchange = create(access, streamMakers)
  await exchange.loadHttpProxyAgent()
  return exchange
}
