// Many gaps in one message, so that a flood of them drowns nobody.
import type { Opportunity } from '../opportunity/opportunity.ts'
import { numberText, percentText } from './amount-text.ts'
import type { Card } from './card.ts'
import { badgesOf, type Labels } from './labels.ts'
import type { Posted } from './notification.ts'
import { routeText } from './route-text.ts'
import { durationText } from './time-text.ts'

const shownMax = 5

const opportunitiesOf = (posts: readonly Posted[]): readonly Opportunity[] =>
  posts
    .flatMap(({ notification }) =>
      notification.kind === 'opportunity' ? [notification.opportunity] : [],
    )
    .toSorted((a, b) => b.netPercent - a.netPercent)

/** "14 more in the last minute, best 0.42 %"; undefined when there is no gap among the posts. */
export function digestCard(
  posts: readonly Posted[],
  spanMs: number,
  labels: Labels,
): Card | undefined {
  const found = opportunitiesOf(posts)
  const [best] = found
  if (best === undefined) return undefined
  const span = spanMs === 60_000 ? 'minute' : durationText(spanMs)
  const bestText = percentText(best.netPercent).replace('+', '')
  return {
    title: `${found.length} more in the last ${span}, best ${bestText}`,
    tone: 'neutral',
    badges: badgesOf(labels),
    tables: [
      {
        columns: ['net', 'USDT', 'route'],
        rows: found
          .slice(0, shownMax)
          .map(({ netPercent, netUsdt, route }) => [
            percentText(netPercent),
            numberText(netUsdt),
            routeText(route),
          ]),
      },
    ],
    json: {
      kind: 'digest',
      count: found.length,
      best: { route: best.route, net_percent: best.netPercent },
      mode: labels.mode,
      market: labels.market,
    },
  }
}
