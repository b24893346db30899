// Who may trade at a venue: a key with its secret, what it may do, and what its account holds.
import type { VenueId } from '../../market/market.ts'
import type { SourceVenue } from '../market-source.ts'
import { decimalOf, parseDecimal } from '../../money.ts'
import { createHoldings, type Holdings } from './holdings.ts'

export type Permission = 'read' | 'trade' | 'withdraw'

export type VenueKey = {
  readonly apiKey: string
  readonly secret: string
  /** KuCoin, OKX and Bitget ask for one. */
  readonly password: string
  readonly permissions?: readonly Permission[]
  /** A further key of the account that this key opened. */
  readonly accountOf?: string
  /** The venue's own coin pays the fees while there is some. */
  readonly paysInOwnCoin?: boolean
}

export type Account = {
  readonly venue: VenueId
  readonly key: VenueKey
  /** Changed by control only: a venue takes permissions away while the key is in use. */
  permissions: readonly Permission[]
  readonly starting: Readonly<Record<string, bigint>>
  readonly holdings: Holdings
}

/** The one key that is known unless others are named. It cannot withdraw: no key that trades should. */
export const simulatorKey: VenueKey = {
  apiKey: 'simulator',
  secret: 'simulator',
  password: 'simulator',
  permissions: ['read', 'trade'],
}

/** The same accounts' second key, for whoever moves coins between them. */
export const simulatorTransferKey: VenueKey = {
  apiKey: 'simulator-transfer',
  secret: 'simulator-transfer',
  password: 'simulator-transfer',
  permissions: ['read', 'withdraw'],
  accountOf: simulatorKey.apiKey,
}

/** By whom an account is known, whichever of its keys is asked with. */
export const mainKeyOf = ({ key }: Pick<Account, 'key'>): string => key.accountOf ?? key.apiKey

const everything: readonly Permission[] = ['read', 'trade', 'withdraw']

export const openAccount = (
  venue: VenueId,
  key: VenueKey,
  starting: Readonly<Record<string, bigint>>,
): Account => ({
  venue,
  key,
  permissions: key.permissions ?? everything,
  starting,
  holdings: createHoldings(starting),
})

/** One account a key, but for those that are further keys of another's: they hold what that one holds. */
export function openAccounts(
  venue: VenueId,
  keys: readonly VenueKey[],
  starting: Readonly<Record<string, bigint>>,
): readonly Account[] {
  const own = keys.filter(({ accountOf }) => accountOf === undefined)
  const accounts = own.map((key) => openAccount(venue, key, starting))
  const further = keys.flatMap((key): Account[] => {
    const shared = accounts.find((one) => one.key.apiKey === key.accountOf)
    return shared === undefined
      ? []
      : [{ ...shared, key, permissions: key.permissions ?? everything }]
  })
  return [...accounts, ...further]
}

const cashUsdt = '10000'
const coinUsdt = 1000
const coins = 10

/** 10,000 USDT plus 1,000 USDT worth of each of the ten coins that are traded most against USDT. */
export function usualBalances(venue: SourceVenue): Readonly<Record<string, bigint>> {
  const quotes = new Map(venue.markets.map(({ symbol, quote }) => [symbol, quote]))
  const traded = venue
    .tickers()
    .filter(({ symbol, last }) => quotes.get(symbol) === 'USDT' && last > 0)
    .toSorted((a, b) => b.quoteVolume - a.quoteVolume)
    .slice(0, coins)
  const amounts = traded.map(({ symbol, last }) => [
    symbol.split('/')[0] ?? symbol,
    parseDecimal(decimalOf(Number((coinUsdt / last).toPrecision(8)))),
  ])
  return { USDT: parseDecimal(cashUsdt), ...Object.fromEntries(amounts) }
}
