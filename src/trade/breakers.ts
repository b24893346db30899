// Circuit breakers, as one list of named entries. One that trips forbids all new risk until a person has
// looked and resets it: what it measures may be well again by then, and it stays tripped. Pure.
import { toNumber } from '../money.ts'
import type { Unexplained } from './ledger.ts'
import { nothingFilled } from './engine/settle.ts'

export const breakerNames = [
  'day-loss',
  'drawdown',
  'failures',
  'exposure-age',
  'unexplained-balance',
  'orphan-order',
  'restored-database',
] as const
export type BreakerName = (typeof breakerNames)[number]

export type BreakerLimits = {
  readonly 'trading.day_loss_usdt_max': number
  readonly 'risk.drawdown_usdt_max': number
  readonly 'risk.failures_in_row_max': number
  readonly 'risk.exposure_age_ms_max': number
}

/** How one trade ended. `begun`: its first order could leave. */
export type Ending = {
  readonly state: 'settled' | 'exposed' | 'abandoned'
  readonly begun: boolean
  readonly reason: string
}

/** What breakers measure. A reset is somebody's "I have seen it": most count from there on. */
export type BreakerFacts = {
  /** Of the whole UTC day, whoever reset what. */
  readonly realisedTodayUsdt: number
  /** How far all profit together fell below its peak since the last reset. */
  readonly drawdownUsdt: number
  /** Since the last reset, newest first. */
  readonly endings: readonly Ending[]
  /** Of the open positions that trades have left since the last reset, the oldest. */
  readonly exposureAgeMs: number
  readonly unexplained: readonly Unexplained[]
  /** What venues have beside the ledger without an explanation, seen since the last reset. */
  readonly apart: readonly Unexplained[]
  /** Orders at venues that have an id of this desk and were never written down, since the last reset. */
  readonly orphans: readonly string[]
}

export type Breaker = {
  readonly name: BreakerName
  readonly severity: 'P0' | 'P1'
  /** Its limit; undefined where nothing at all is allowed. */
  readonly setting: keyof BreakerLimits | undefined
  readonly unit: '' | ' USDT' | ' ms'
  /** True: a reset changes nothing about what it measures. */
  readonly outlivesReset: boolean
  readonly measure: (facts: BreakerFacts) => number
  /** As "… " goes on in a sentence. */
  readonly why: (measured: number, most: number, facts: BreakerFacts) => string
}

const usdt = (value: number) => `${value.toFixed(2)} USDT`

const isMiss = (reason: string): boolean => reason === nothingFilled

/**
 * Trades in a row that a venue failed: refused, not answered, half filled. Prices that had moved and
 * trades that never began say nothing about the venue, so they neither count nor end the row.
 */
export function failuresInRow(endings: readonly Ending[]): number {
  const telling = endings.filter(
    ({ state, begun, reason }) => state !== 'abandoned' || (begun && !isMiss(reason)),
  )
  const settled = telling.findIndex(({ state }) => state === 'settled')
  return settled === -1 ? telling.length : settled
}

const placesOf = (unexplained: readonly Unexplained[]): string =>
  unexplained
    .slice(0, 3)
    .map(
      ({ venue, asset, held, written }) =>
        `${toNumber(held)} ${asset} on ${venue}, ${toNumber(written)} by the ledger`,
    )
    .join('; ')

export const breakers: readonly Breaker[] = [
  {
    name: 'day-loss',
    severity: 'P1',
    setting: 'trading.day_loss_usdt_max',
    unit: ' USDT',
    outlivesReset: true,
    measure: ({ realisedTodayUsdt }) => Math.max(0, -realisedTodayUsdt),
    why: (measured, most) => `${usdt(measured)} lost today (UTC), at most ${usdt(most)}`,
  },
  {
    name: 'drawdown',
    severity: 'P1',
    setting: 'risk.drawdown_usdt_max',
    unit: ' USDT',
    outlivesReset: false,
    measure: ({ drawdownUsdt }) => drawdownUsdt,
    why: (measured, most) => `profit fell ${usdt(measured)} below its peak, at most ${usdt(most)}`,
  },
  {
    name: 'failures',
    severity: 'P1',
    setting: 'risk.failures_in_row_max',
    unit: '',
    outlivesReset: false,
    measure: ({ endings }) => failuresInRow(endings),
    why: (measured, most) => `${measured} trades in a row failed on a venue, at most ${most}`,
  },
  {
    name: 'exposure-age',
    severity: 'P0',
    setting: 'risk.exposure_age_ms_max',
    unit: ' ms',
    outlivesReset: false,
    measure: ({ exposureAgeMs }) => exposureAgeMs,
    why: (measured, most) =>
      `a position has been open for ${Math.round(measured / 1000)} s, at most ${Math.round(most / 1000)} s`,
  },
  {
    name: 'unexplained-balance',
    severity: 'P0',
    setting: undefined,
    unit: '',
    outlivesReset: true,
    measure: ({ unexplained, apart }) => unexplained.length + apart.length,
    why: (measured, _most, { unexplained, apart }) =>
      `${measured} ${measured === 1 ? 'balance is' : 'balances are'} not what the ledger adds up to: ${placesOf([...unexplained, ...apart])}`,
  },
  {
    // Each was told as P0 already.
    name: 'orphan-order',
    severity: 'P1',
    setting: undefined,
    unit: '',
    outlivesReset: false,
    measure: ({ orphans }) => orphans.length,
    why: (measured, _most, { orphans }) =>
      `${measured} ${measured === 1 ? 'order has' : 'orders have'} an id of this desk and ${measured === 1 ? 'was' : 'were'} never written down: ${orphans.slice(0, 3).join(', ')}`,
  },
  // Nothing in a database can tell that it is an old one: whoever remembers more than it trips this one.
  {
    name: 'restored-database',
    severity: 'P0',
    setting: undefined,
    unit: '',
    outlivesReset: false,
    measure: () => 0,
    why: () => '',
  },
]

export const breakerNamed = (name: BreakerName): Breaker =>
  breakers.find((breaker) => breaker.name === name) as Breaker

/** What was measured beside what is allowed, at the moment it tripped. */
export type Tripping = {
  readonly breaker: BreakerName
  readonly measured: number
  readonly most: number
  readonly why: string
}

export const mostOf = ({ setting }: Breaker, limits: BreakerLimits): number =>
  setting === undefined ? 0 : limits[setting]

/** A limit of 0 switches a breaker off, but for the loss of a day: then any loss is too much. */
export const isOff = ({ name, setting }: Breaker, limits: BreakerLimits): boolean =>
  setting !== undefined && name !== 'day-loss' && limits[setting] === 0

/** Every breaker whose limit is reached. */
export const judge = (
  facts: BreakerFacts,
  limits: BreakerLimits,
  listed: readonly Breaker[] = breakers,
): readonly Tripping[] =>
  listed.flatMap((breaker) => {
    if (isOff(breaker, limits)) return []
    const measured = breaker.measure(facts)
    const most = mostOf(breaker, limits)
    if (measured === 0 || measured < most) return []
    return [{ breaker: breaker.name, measured, most, why: breaker.why(measured, most, facts) }]
  })
