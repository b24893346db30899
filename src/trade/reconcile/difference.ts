// What it means that a venue has more or less of an asset than the ledger says. Only what nothing else
// explains is alarming; what came from outside is booked as such and is no profit. Pure.
import type { VenueId } from '../../market/market.ts'

export const flowKinds = [
  'deposit',
  'withdrawal',
  /** Somebody traded on this account beside the desk. */
  'manual-trade',
  /** An order with our id that nobody here wrote down. */
  'orphan-order',
  /** Interest, an airdrop, coins turned into others: worth next to nothing, and no order of ours. */
  'small',
  /** A gain in something that the desk has none of: an airdrop, a fork, a first deposit. */
  'new-asset',
  /** What the account held when the desk looked at it first. */
  'adopted',
  /** An operator has seen that it cannot be explained, and goes on. */
  'accepted',
] as const
export type FlowKind = (typeof flowKinds)[number]

/** Money that an account gained or lost without a trade of the desk. */
export type Flow = {
  readonly kind: FlowKind
  /** Names it for ever on its venue, so that it is booked once; undefined: it is known by its amount alone. */
  readonly key: string | undefined
  readonly asset: string
  /** Below zero: it left. */
  readonly amount: bigint
  readonly at: Date
}

/** A difference that was there before, and how often in a row. */
export type Sighting = {
  readonly asset: string
  readonly amount: bigint
  readonly sightings: number
  readonly since: Date
}

export type AssetFacts = {
  readonly asset: string
  /** By the ledger. */
  readonly ours: bigint
  /** Undefined: the venue's list has no such asset. */
  readonly there: bigint | undefined
  /** An order of ours may move it at this moment. */
  readonly isInFlight: boolean
  /** A fill of ours is at the venue and not in the books. */
  readonly isUnbooked: boolean
  /** What is known to have moved it and was not booked yet. */
  readonly flows: readonly Flow[]
  readonly before: Sighting | undefined
  /** What one unit is worth; undefined: nobody ever priced it. */
  readonly usdtEach: number | undefined
}

export type Policy = {
  /** Whatever the account holds is what we have: the desk meets it for the first time. */
  readonly adopts: boolean
  /** What may come or go without a reason, USDT. */
  readonly toleranceUsdt: number
  /** When an operator last said that what is unexplained has been seen. */
  readonly acceptedAt: Date | undefined
  readonly now: Date
}

export type Verdict =
  | { readonly kind: 'even' }
  | { readonly kind: 'in-flight' }
  /** The engine reads it; what it does not take in the end is unexplained like anything else. */
  | { readonly kind: 'unbooked'; readonly sighting: Sighting }
  /** It is not zero until it was missing twice. */
  | { readonly kind: 'missing'; readonly sighting: Sighting }
  | { readonly kind: 'external'; readonly flows: readonly Flow[] }
  /** Alarming from the second time on. */
  | { readonly kind: 'unexplained'; readonly sighting: Sighting }

/** A venue shows amounts to so many digits; what is below is its rounding. */
const precision = 10n ** 10n
const timesToBelieve = 2
/** The engine reads a fill again and again, and has many looks' time to book it. */
const timesToBook = 6
/** Beyond so many, only all of them together or each alone are tried. */
const subsetsOfMax = 10
const scale = 1e18

const size = (amount: bigint): bigint => (amount < 0n ? -amount : amount)
const isSame = (a: bigint, b: bigint): boolean => size(a - b) <= precision
const sumOf = (flows: readonly Flow[]): bigint =>
  flows.reduce((sum, { amount }) => sum + amount, 0n)

/** Flows that add up to just this amount, as few as possible; undefined: none do. */
export function flowsThatExplain(
  flows: readonly Flow[],
  amount: bigint,
): readonly Flow[] | undefined {
  const single = flows.find((flow) => isSame(flow.amount, amount))
  if (single !== undefined) return [single]
  if (flows.length > 0 && isSame(sumOf(flows), amount)) return flows
  if (flows.length > subsetsOfMax) return undefined
  for (let mask = 1; mask < 2 ** flows.length; mask++) {
    const some = flows.filter((_, bit) => (mask & (1 << bit)) !== 0)
    if (isSame(sumOf(some), amount)) return some
  }
  return undefined
}

/** The same way as before is the same thing, whatever it has grown to meanwhile. */
function sightingOf({ asset, before }: AssetFacts, amount: bigint, now: Date): Sighting {
  const isKnown = before !== undefined && before.amount > 0n === amount > 0n
  return isKnown
    ? { asset, amount, sightings: before.sightings + 1, since: before.since }
    : { asset, amount, sightings: 1, since: now }
}

const isSmall = (amount: bigint, usdtEach: number | undefined, toleranceUsdt: number): boolean =>
  usdtEach !== undefined && (Number(size(amount)) / scale) * usdtEach <= toleranceUsdt

/** The kind of an external flow that no history tells of; undefined: it is none. */
function silentKind(
  { ours, usdtEach }: AssetFacts,
  { amount, sightings, since }: Sighting,
  { toleranceUsdt, acceptedAt }: Policy,
): FlowKind | undefined {
  if (sightings < timesToBelieve) return undefined
  if (isSmall(amount, usdtEach, toleranceUsdt)) return 'small'
  if (ours === 0n && amount > 0n) return 'new-asset'
  return acceptedAt !== undefined && acceptedAt > since ? 'accepted' : undefined
}

export function judgeDifference(facts: AssetFacts, policy: Policy): Verdict {
  const { asset, ours, there, isInFlight, isUnbooked, flows } = facts
  const { adopts, now } = policy
  const amount = (there ?? 0n) - ours
  if (size(amount) <= precision) return { kind: 'even' }
  if (isInFlight) return { kind: 'in-flight' }
  const sighting = sightingOf(facts, amount, now)
  if (isUnbooked && sighting.sightings < timesToBook) return { kind: 'unbooked', sighting }
  if (there === undefined && !adopts && sighting.sightings < timesToBelieve)
    return { kind: 'missing', sighting }
  const known = flowsThatExplain(flows, amount)
  if (known !== undefined) return { kind: 'external', flows: known }
  const kind = adopts ? 'adopted' : silentKind(facts, sighting, policy)
  if (kind === undefined) return { kind: 'unexplained', sighting }
  return { kind: 'external', flows: [{ kind, key: undefined, asset, amount, at: now }] }
}

/** No new risk goes to a venue that has what nobody can explain. */
export const isAlarming = (verdict: Verdict): boolean => {
  switch (verdict.kind) {
    case 'unexplained':
      return verdict.sighting.sightings >= timesToBelieve
    case 'even':
    case 'in-flight':
    case 'unbooked':
    case 'missing':
    case 'external':
      return false
  }
}

/** What is still to be looked at again soon. */
export const sightingIn = (verdict: Verdict): Sighting | undefined => {
  switch (verdict.kind) {
    case 'missing':
    case 'unbooked':
    case 'unexplained':
      return verdict.sighting
    case 'even':
    case 'in-flight':
    case 'external':
      return undefined
  }
}

/**
 * How much of what the ledger has may not be set aside, because the venue does not give it out: another's
 * order holds it, or it is not there. Undefined: as before, for this is no moment to judge.
 */
export function withheldOf(
  { ours }: Pick<AssetFacts, 'ours'>,
  freeThere: bigint | undefined,
  verdict: Verdict,
): bigint | undefined {
  switch (verdict.kind) {
    case 'in-flight':
    case 'unbooked':
    case 'missing':
      return undefined
    case 'even':
    case 'unexplained':
    case 'external': {
      const booked = verdict.kind === 'external' ? sumOf(verdict.flows) : 0n
      const short = ours + booked - (freeThere ?? 0n)
      return short > precision ? short : 0n
    }
  }
}

/** An order of the account that is not the desk's. */
export type Stray = {
  readonly venue: VenueId
  readonly orderId: string
  readonly clientOrderId: string
  /** 'orphan': it has an id of this desk, and nobody here wrote it down. */
  readonly kind: 'orphan' | 'foreign'
  readonly symbol: string
  readonly side: 'buy' | 'sell'
  readonly amount: bigint
  readonly filled: bigint
  readonly isOpen: boolean
}
