// Which gaps have stood where a rule wants them for as long as it wants. Pure but for its own memory: time
// comes in with every look, in ms since 1970.
import { awayMsMax, matchesRule, type AlertRule } from './alert-rule.ts'

/** A gap as one look found it. */
export type SeenGap = {
  readonly route: string
  readonly symbols: readonly string[]
  readonly netPercent: number
}

export type StandingGap = SeenGap & { readonly standsMs: number }

export type Look = {
  /** Gaps that have stood long enough since this look, by rule. */
  readonly due: ReadonlyMap<AlertRule, readonly StandingGap[]>
  /** Gaps that were due before and stand yet. */
  readonly standing: readonly { readonly rule: string; readonly route: string }[]
}

export type RuleWatch = {
  /** `gaps` are all that are there now; whatever is missing does not stand any more. */
  look(rules: readonly AlertRule[], gaps: readonly SeenGap[], atMs: number): Look
  /** It could not be told: the next look finds it due again. */
  notTold(rule: string, routes: readonly string[]): void
}

type Life = { sinceMs: number; seenMs: number; isTold: boolean }

/** Past this many a new gap is not remembered: rules that wide warn of nothing in particular. */
const livesMax = 20_000

const keyOf = (rule: string, route: string): string => `${rule} ${route}`

export function createRuleWatch(): RuleWatch {
  const lives = new Map<string, Life>()

  function lifeOf(rule: AlertRule, { route }: SeenGap, atMs: number): Life | undefined {
    const key = keyOf(rule.id, route)
    const known = lives.get(key)
    if (known !== undefined) {
      known.seenMs = atMs
      return known
    }
    if (lives.size >= livesMax) return undefined
    const life = { sinceMs: atMs, seenMs: atMs, isTold: false }
    lives.set(key, life)
    return life
  }

  /** Who waits to be told must stand without a break; who was told may be away for a moment. */
  function forgetGone(atMs: number): void {
    for (const [key, { seenMs, isTold }] of lives)
      if (isTold ? atMs - seenMs > awayMsMax : seenMs < atMs) lives.delete(key)
  }

  return {
    look(rules, gaps, atMs) {
      const due = new Map<AlertRule, readonly StandingGap[]>()
      const standing: { rule: string; route: string }[] = []
      for (const rule of rules) {
        const ripe: StandingGap[] = []
        for (const gap of gaps) {
          if (gap.netPercent < rule.percent || !matchesRule(rule, gap)) continue
          const life = lifeOf(rule, gap, atMs)
          if (life?.isTold === true) standing.push({ rule: rule.id, route: gap.route })
          else if (life !== undefined && atMs - life.sinceMs >= rule.standsMs) {
            life.isTold = true
            ripe.push({ ...gap, standsMs: atMs - life.sinceMs })
          }
        }
        if (ripe.length > 0) due.set(rule, ripe)
      }
      forgetGone(atMs)
      return { due, standing }
    },
    notTold(rule, routes) {
      for (const route of routes) {
        const life = lives.get(keyOf(rule, route))
        if (life !== undefined) life.isTold = false
      }
    },
  }
}
