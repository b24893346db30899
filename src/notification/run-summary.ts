// What one run of the desk came to, told when it ends: counted as people are told things.
import { format, type AssetAmount } from '../money.ts'
import type { RefusalReason } from '../opportunity/refusal.ts'
import { openPositionsOf } from '../trade/open-position.ts'
import { changesOf, profitOf, sumByAsset } from '../trade/profit.ts'
import type { Trade } from '../trade/trade.ts'
import type { Card } from './card.ts'
import { openText } from './exposure-text.ts'
import { badgesOf, type Labels } from './labels.ts'
import type { Posted } from './notification.ts'
import { gainText, profitJson, profitText } from './profit-text.ts'

export type RunCounts = {
  readonly opportunities: number
  /** Of these, told of while a limit or the mode stood in the way: nobody was asked. */
  readonly toldOnly: number
  readonly settled: number
  readonly abandoned: number
  readonly exposed: number
  /** Begun and not over when the run ended: the next one takes them up. */
  readonly underWay: number
  /** What settled and exposed trades brought in the asset they were made in. */
  readonly realised: readonly AssetAmount[]
  /** What they left over in other assets. */
  readonly residual: readonly AssetAmount[]
  readonly exposedTrades: readonly Trade[]
}

export type RunTally = {
  /** What is delivered a second time counts once. */
  readonly add: (posted: Posted) => void
  readonly counts: () => RunCounts
}

/** `values` are the last known ones, USDT per unit. `refused` comes most counted first. */
export type RunFindings = {
  readonly values: ReadonlyMap<string, number>
  readonly refused: Refused
}

export type Refused = readonly { readonly reason: RefusalReason; readonly count: number }[]

const reasonsShown = 3

/** A run may last for months: of a trade that ended well only this is kept. */
type Ended = {
  readonly state: Trade['state']
  readonly changes: readonly AssetAmount[]
  /** The whole trade, where something was left open. */
  readonly exposed: Trade | undefined
}

export function createRunTally(): RunTally {
  /** As each was told last, once it had ended: one that was left open may be settled after all. */
  const over = new Map<string, Ended>()
  const begun = new Set<string>()
  let opportunities = 0
  let toldOnly = 0
  let lastSeq = -1

  function note(trade: Trade): void {
    const { id, state } = trade
    if (state === 'executing' && !over.has(id)) begun.add(id)
    if (state === 'approved' || state === 'executing') return
    const exposed = state === 'exposed' ? trade : undefined
    over.set(id, { state, changes: changesOf(trade), exposed })
    begun.delete(id)
  }

  return {
    add({ seq, notification }) {
      if (seq <= lastSeq) return
      lastSeq = seq
      if (notification.kind === 'opportunity') opportunities++
      if (notification.kind === 'opportunity' && notification.blocked !== undefined) toldOnly++
      if (notification.kind === 'trade') note(notification.trade)
    },
    counts() {
      const trades = [...over.values()]
      const ended = (state: Trade['state']) =>
        trades.filter((trade) => trade.state === state).length
      const changes = trades.map((trade) => trade.changes)
      const exposedTrades = trades.flatMap(({ exposed }) => exposed ?? [])
      return {
        opportunities,
        toldOnly,
        settled: ended('settled'),
        abandoned: ended('abandoned'),
        exposed: exposedTrades.length,
        underWay: begun.size,
        realised: sumByAsset(changes.flatMap((change) => change.slice(0, 1))),
        residual: sumByAsset(changes.flatMap((change) => change.slice(1))),
        exposedTrades,
      }
    },
  }
}

const counted = (count: number, one: string, many: string): string =>
  `${count} ${count === 1 ? one : many}`

function textOf(counts: RunCounts, { refused, values }: RunFindings): string {
  const { opportunities, toldOnly, settled, abandoned, exposed, underWay, exposedTrades } = counts
  const profit =
    settled + exposed === 0
      ? ''
      : `; profit ${profitText(profitIn(counts, values))}${leftText(counts, values)}`
  const trades = `${counted(settled, 'trade', 'trades')} settled, ${abandoned} not made, ${exposed} exposed`
  const open = exposedTrades.map(
    (trade) => `${openText(trade) || 'what nobody knows yet'} (trade ${trade.id})`,
  )
  const reasons = refused.slice(0, reasonsShown).map(({ reason, count }) => `${reason} ${count}`)
  return [
    `${counted(opportunities, 'gap', 'gaps')} offered${toldOnly === 0 ? '' : `, ${toldOnly} of them only told of: a limit or the mode stood in the way`}. ${trades}${profit}.`,
    ...(underWay === 0
      ? []
      : [
          `${counted(underWay, 'trade', 'trades')} under way: the next start says what became of ${underWay === 1 ? 'it' : 'them'}.`,
        ]),
    ...(open.length === 0 ? [] : [`Left open: ${open.join('; ')}.`]),
    ...(reasons.length === 0 ? [] : [`Mostly refused: ${reasons.join(', ')}.`]),
  ].join('\n')
}

/** What was left over is no money yet: how much of the sum is only its last price. */
function leftText({ residual }: RunCounts, values: ReadonlyMap<string, number>): string {
  const { usdt } = profitOf(residual, values)
  return usdt === 0 ? '' : `, ${gainText(usdt)} of it in coins left over, at their last prices`
}

const profitIn = ({ realised, residual }: RunCounts, values: ReadonlyMap<string, number>) =>
  profitOf([...realised, ...residual], values)

const assetJson = ({ asset, amount }: AssetAmount) => ({ asset, amount: format(amount) })

export function runSummaryCard(
  counts: RunCounts,
  findings: RunFindings,
  { id, at, labels }: { readonly id: string; readonly at: Date; readonly labels: Labels },
): Card {
  const text = textOf(counts, findings)
  const { opportunities, settled, abandoned, exposed, underWay, realised, residual } = counts
  return {
    title: 'This run in short',
    tone: exposed > 0 ? 'bad' : 'neutral',
    badges: badgesOf(labels),
    text,
    json: {
      kind: 'status',
      id,
      at: at.toISOString(),
      mode: labels.mode,
      market: labels.market,
      subject: 'summary',
      text,
      opportunities,
      told_only: counts.toldOnly,
      trades: { settled, abandoned, exposed, under_way: underWay },
      ...profitJson(profitIn(counts, findings.values)),
      realised: realised.map(({ asset, amount }) => ({ net: format(amount), asset })),
      residual: residual.map(assetJson),
      exposures: counts.exposedTrades.flatMap((trade) =>
        openPositionsOf(trade).map((position) => ({
          trade: trade.id,
          ...assetJson(position),
          venues: position.venues,
        })),
      ),
      refused: findings.refused.map(({ reason, count }) => ({ reason, count })),
    },
  }
}
