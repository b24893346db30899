// PORT: what people asked to be told of: "cross */USDT *>binance above 0.5 % for 10 s".
import { numberText } from './amount-text.ts'
import type { Chat } from './chat.ts'
import type { Notification } from './notification.ts'
import { durationText } from './time-text.ts'
import { matchesWildcard, patternLengthMax, starsMax } from './wildcard.ts'

export type Wanted = {
  /** A route's name or a symbol, with * for anything. */
  readonly pattern: string
  /** Net of fees at the best prices. */
  readonly percent: number
  /** How long a gap must have stood there. */
  readonly standsMs: number
}

export type AlertRule = Wanted & {
  readonly id: string
  readonly person: string
  readonly by: string
  /** Undefined: made in the terminal, told everywhere. */
  readonly to: Chat | undefined
  readonly madeAt: Date
}

export const rulesOfPersonMax = 20
export const rulesMax = 200

export type AlertRuleStore = {
  /** Oldest first; a chat that moved is the one it has become. */
  list(): Promise<readonly AlertRule[]>
  /** Undefined when the person, or all together, have as many as there may be. */
  add(rule: Wanted & Pick<AlertRule, 'person' | 'by' | 'to'>): Promise<AlertRule | undefined>
  remove(id: string, by: string): Promise<AlertRule | undefined>
  /**
   * Tells of gaps that have stood long enough: of those among `routes` whose gap was not told already
   * and seen since. Answers with those told; posts nothing when there are none.
   */
  tell(
    rule: AlertRule,
    routes: readonly string[],
    notificationOf: (routes: readonly string[]) => Notification,
  ): Promise<readonly string[]>
  /** Gaps that were told stand yet. */
  stand(gaps: readonly { readonly rule: string; readonly route: string }[]): Promise<void>
}

/** A gap that is away for less was never gone: it is not told again. */
export const awayMsMax = 30_000

/** A pattern with a blank or a > is a route's, any other a symbol's. */
export const matchesRule = (
  { pattern }: Pick<Wanted, 'pattern'>,
  { route, symbols }: { readonly route: string; readonly symbols: readonly string[] },
): boolean =>
  /[ >]/.test(pattern)
    ? matchesWildcard(pattern, route)
    : symbols.some((symbol) => matchesWildcard(pattern, symbol))

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, min: 60_000, h: 3_600_000 }
const standsMsMax = 86_400_000
const example = 'cross */USDT *>binance above 0.5 for 10s'

/** "0.5", "0.5%" and "0.5 %" are one. */
function percentOf(typed: string): number | undefined {
  const [, digits] = /^(\d{1,3}(?:\.\d{1,4})?) ?%?$/.exec(typed) ?? []
  const percent = Number(digits)
  return percent > 0 && percent <= 100 ? percent : undefined
}

function standsMsOf(typed: string): number | undefined {
  const [, digits, unit = ''] = /^(\d{1,6}) ?(s|m|min|h)$/.exec(typed.toLowerCase()) ?? []
  const ms = Number(digits) * (units[unit] ?? Number.NaN)
  return ms >= 0 && ms <= standsMsMax ? ms : undefined
}

/** Reads "<route or symbol> above <percent> for <time>"; a text answers with what is wrong with it. */
export function readWanted(typed: string): Wanted | string {
  const line = typed.trim().replaceAll(/\s+/g, ' ')
  const above = line.toLowerCase().lastIndexOf(' above ')
  if (above === -1) return `a rule reads "${example}"`
  const pattern = line.slice(0, above).trim()
  const [percentText = '', timeText, ...more] = line.slice(above + ' above '.length).split(/ for /i)
  const percent = percentOf(percentText.trim())
  const standsMs = timeText === undefined ? 0 : standsMsOf(timeText.trim())
  if (pattern.length > patternLengthMax)
    return `a pattern may have ${patternLengthMax} characters at most`
  if (pattern.split('*').length - 1 > starsMax) return `a pattern may have ${starsMax} * at most`
  if (percent === undefined || more.length > 0)
    return `after "above" comes a percentage above 0 and up to 100, as in "${example}"`
  if (standsMs === undefined) return `after "for" comes a time such as 10s, 5m or 1h, up to a day`
  return { pattern, percent, standsMs }
}

/** As readWanted() takes it: "BTC/USDT above 0.5 % for 10 s". */
export const ruleText = ({ pattern, percent, standsMs }: Wanted): string =>
  `${pattern} above ${numberText(percent)} %${standsMs === 0 ? '' : ` for ${durationText(standsMs)}`}`
