// How much one person may let the desk trade, and when one person is not enough. Pure.

/** Undefined: no limit of this person's own; the desk's limits hold for everybody. */
export type PersonLimits = {
  readonly tradeUsdtMax: number | undefined
  readonly dayUsdtMax: number | undefined
}

export const unlimited: PersonLimits = { tradeUsdtMax: undefined, dayUsdtMax: undefined }

const usdt = (value: number) => `${value.toFixed(2)} USDT`
/** Rounding between sizing and checking must not refuse a trade of exactly the limit. */
const slackUsdt = 0.01

/**
 * Why this person may not answer for a trade of this notional; undefined when they may. `todayUsdt` is
 * the notional of all trades of the UTC day that rest on this person's yes.
 */
export function overLimit(
  person: string,
  notionalUsdt: number,
  todayUsdt: number,
  { tradeUsdtMax, dayUsdtMax }: PersonLimits,
): string | undefined {
  if (tradeUsdtMax !== undefined && notionalUsdt > tradeUsdtMax + slackUsdt)
    return `${usdt(notionalUsdt)} is above the ${usdt(tradeUsdtMax)} that ${person} may approve in one trade`
  if (dayUsdtMax !== undefined && todayUsdt + notionalUsdt > dayUsdtMax + slackUsdt)
    return `${person} approved ${usdt(todayUsdt)} today; ${usdt(notionalUsdt)} more would pass the ${usdt(dayUsdtMax)} of a day`
  return undefined
}

/** `twoPeopleUsdtMin` 0: one person is always enough. */
export const peopleNeeded = (notionalUsdt: number, twoPeopleUsdtMin: number): 1 | 2 =>
  twoPeopleUsdtMin > 0 && notionalUsdt >= twoPeopleUsdtMin ? 2 : 1

/** How long one who is alone waits in place of a second person. */
export const aloneDelayMs = 15 * 60_000
/** The step by which somebody alone may approve what takes two. */
export const largeTrades = 'large trades'
/** A first yes that nobody followed up is worth nothing after this. */
export const confirmationLivesMs = 2 * 3_600_000

/** Somebody's first yes to something that takes two. */
export type Confirmation = { readonly person: string; readonly givenAt: Date }

export type Step =
  | { readonly step: 'done' }
  /** This yes is the first one: `since` now. */
  | { readonly step: 'second-person' }
  | { readonly step: 'wait'; readonly until: Date }

/**
 * What the yes of `person` leads to. `people` counts everybody who may say it: where that is one, a
 * delay which everybody is told of stands in for the second person.
 */
export function confirm(
  person: string,
  waiting: readonly Confirmation[],
  people: number,
  now: Date,
  aloneMs = aloneDelayMs,
): Step {
  if (waiting.some((other) => other.person !== person)) return { step: 'done' }
  const own = waiting.find((mine) => mine.person === person)
  if (people > 1) return { step: 'second-person' }
  const until = new Date((own?.givenAt ?? now).getTime() + aloneMs)
  return own !== undefined && now >= until ? { step: 'done' } : { step: 'wait', until }
}
