// Tells people of the gaps they asked to be told of, from what each sweep finds.
import type { AlertRule } from '../src/notification/alert-rule.ts'
import { ruleText } from '../src/notification/alert-rule.ts'
import { percentText } from '../src/notification/amount-text.ts'
import type { Notification } from '../src/notification/notification.ts'
import { routeText } from '../src/notification/route-text.ts'
import { createRuleWatch, type SeenGap, type StandingGap } from '../src/notification/rule-watch.ts'
import { durationText } from '../src/notification/time-text.ts'
import type { Finding } from '../src/opportunity/sweep.ts'
import type { Runtime } from '../src/runtime.ts'

export type RuleAlerts = {
  /** Returns at once; a look that comes while the last one is written down is left out. */
  look(findings: readonly Finding[], wallMs: number): void
}

/** Gaps named in one message; a pattern may match hundreds at once. */
const namedMax = 5
const standEveryMs = 10_000

/** Whatever nothing but the desk's own least profit is against: a rule has a percentage of its own. */
const gapsIn = (findings: readonly Finding[]): readonly SeenGap[] =>
  findings
    .filter(({ refusal }) => refusal === undefined || refusal.reason === 'net below minimum')
    .map(({ name, candidate: { legs, net } }) => ({
      route: name,
      symbols: legs.map(({ symbol }) => symbol),
      netPercent: net * 100,
    }))

const gapLine = ({ route, netPercent, standsMs }: StandingGap): string =>
  `${routeText(route)}: ${percentText(netPercent)} net at the best prices${standsMs === 0 ? '' : `, for ${durationText(standsMs)}`}`

function notificationOf(rule: AlertRule, gaps: readonly StandingGap[]): Notification {
  const named = gaps.toSorted((a, b) => b.netPercent - a.netPercent).map(gapLine)
  const more = named.length - namedMax
  return {
    kind: 'alert',
    severity: 'P1',
    subject: `Alert ${rule.id}: ${ruleText(rule)}`,
    text: [...named.slice(0, namedMax), ...(more > 0 ? [`and ${more} more`] : [])].join('\n'),
    ...(rule.to === undefined ? {} : { to: rule.to }),
  }
}

export function createRuleAlerts({
  alertRules,
  log,
}: Pick<Runtime, 'alertRules' | 'log'>): RuleAlerts {
  const watch = createRuleWatch()
  let isBusy = false
  let stoodMs = -Infinity

  async function tell(rule: AlertRule, gaps: readonly StandingGap[]): Promise<void> {
    const routes = gaps.map(({ route }) => route)
    try {
      await alertRules.tell(rule, routes, (told) =>
        notificationOf(
          rule,
          gaps.filter(({ route }) => told.includes(route)),
        ),
      )
    } catch (error) {
      watch.notTold(rule.id, routes)
      throw error
    }
  }

  async function work(findings: readonly Finding[], wallMs: number): Promise<void> {
    const rules = await alertRules.list()
    const { due, standing } = watch.look(rules, rules.length === 0 ? [] : gapsIn(findings), wallMs)
    for (const [rule, gaps] of due) await tell(rule, gaps)
    if (standing.length === 0 || wallMs - stoodMs < standEveryMs) return
    stoodMs = wallMs
    await alertRules.stand(standing)
  }

  return {
    look(findings, wallMs) {
      if (isBusy) return
      isBusy = true
      work(findings, wallMs)
        .catch((error: unknown) => log.warn('alerts of gaps wait', { error }))
        .finally(() => (isBusy = false))
    },
  }
}
