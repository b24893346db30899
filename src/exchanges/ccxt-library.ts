// The parts of ccxt that a desk uses. Its index loads every exchange there is, which was half of what
// each process of a desk took to start; the classes are the same ones that the index gives out.
import type { Exchange } from 'ccxt'
import type * as wholeLibrary from 'ccxt'
import type { VenueId } from '../market/market.ts'
import { knownExchanges } from './known-exchanges.ts'

type Library = typeof wholeLibrary
export type ExchangeMaker = new (config: object) => Exchange

const files = new URL('./src/', import.meta.resolve('ccxt'))
const load = async <Module>(file: string) => (await import(new URL(file, files).href)) as Module

const makersIn = async (folder: string, venues: readonly VenueId[]) =>
  new Map(
    await Promise.all(
      venues.map(async (venue) => {
        const module = await load<{ readonly default: ExchangeMaker }>(`${folder}${venue}.js`)
        return [venue, module.default] as const
      }),
    ),
  )

const venues = knownExchanges.map(({ venue }) => venue)
const streamed = knownExchanges.filter(({ stream }) => stream !== undefined)

/** By venue; every venue of known-exchanges.ts. For REST alone. */
export const restMakers = await makersIn('', venues)

/** By venue; those that known-exchanges.ts says are streamed. */
export const streamMakers = await makersIn(
  'pro/',
  streamed.map(({ venue }) => venue),
)

/** How ccxt says what went wrong. */
export const ccxtErrors =
  await load<
    Pick<
      Library,
      | 'AuthenticationError'
      | 'BadResponse'
      | 'DDoSProtection'
      | 'ExchangeClosedByUser'
      | 'ExchangeError'
      | 'ExchangeNotAvailable'
      | 'InvalidNonce'
      | 'NetworkError'
      | 'PermissionDenied'
      | 'RateLimitExceeded'
      | 'RequestTimeout'
      | 'RestrictedLocation'
      | 'UnsubscribeError'
    >
  >('base/errors.js')

/** How ccxt writes a step: as the step itself, or as a count of decimals. */
export const { TICK_SIZE: tickSizeMode, DECIMAL_PLACES: decimalPlacesMode } = await load<{
  readonly TICK_SIZE: number
  readonly DECIMAL_PLACES: number
}>('base/functions/number.js')
