// What `why` says whatever it is asked about: the refusals, and what stops the whole desk.
import type { CardTable } from '../notification/card.ts'
import { parseRoute } from '../market/route.ts'
import { blocksOf, type WatchWish } from '../opportunity/watch-wish.ts'
import { review } from '../trade/risk-rules.ts'
import type { CommandContext } from './command.ts'
import { adviceText, decidingSettings } from './refusal-advice.ts'

/** How far back `why` looks. */
export const hourMs = 3_600_000

type Refusals = Awaited<ReturnType<CommandContext['history']['refusals']>>

export const refusalTable = (refusals: Refusals, context: CommandContext): CardTable => ({
  columns: ['refused because', 'times', 'last time', 'decided by'],
  rows: refusals.map(({ reason, count, detail }) => [
    reason,
    String(count),
    detail,
    adviceText(reason, context.settings.current()),
  ]),
})

export const refusalJson = (refusals: Refusals) =>
  refusals.map((refusal) => ({ ...refusal, settings: decidingSettings(refusal.reason) }))

/** What stops every trade, or every trade on this route, whatever the prices are. */
export async function deskBlocks(
  route: string,
  { trades, settings, wishes }: CommandContext,
): Promise<readonly string[]> {
  const [limits, exposure, wished] = await Promise.all([
    settings.refresh(),
    trades.exposure(),
    wishes.list(),
  ])
  const rules = review(
    { route, notionalUsdt: 0, venues: [], capitalUsdt: new Map() },
    exposure,
    limits,
  )
  const alerts = limits['approval.mode'] === 'alert'
  return [
    ...rules,
    ...(alerts ? ['approval.mode is alert: gaps are told, never traded'] : []),
    ...peopleBlock(route, wished),
  ]
}

/** What people took out, of a route whose markets its name tells. */
function peopleBlock(name: string, wished: readonly WatchWish[]): readonly string[] {
  const route = parseRoute(name)
  if (route === undefined) return []
  const blocks = blocksOf(wished)
  const ofMarkets =
    route.kind === 'cycle'
      ? []
      : [route.buy, route.sell].map((venue) => blocks.market(venue, route.symbol))
  const why = [blocks.route(route), ...ofMarkets].find((each) => each !== undefined)
  return why === undefined ? [] : [`the watchlist has it ${why}; "watchlist" shows what is blocked`]
}
