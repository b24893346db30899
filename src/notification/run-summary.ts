// What one run of the desk came to, told when it ends: counted as people are told things.
import { format, type AssetAmount } from '../money.ts'
import type { RefusalReason } from '../opportunity/refusal.ts'
import type { Trade } from '../trade/trade.ts'
import { signedText } from './amount-text.ts'
import type { Card } from './card.ts'
import { badgesOf, type Labels } from './labels.ts'
import type { Posted } from './notification.ts'
import { realisedNet } from './trade-card.ts'

export type RunCounts = {
  readonly opportunities: number
  readonly settled: number
  readonly abandoned: number
  readonly exposed: number
  /** What settled and exposed trades brought, by the asset they were made in. */
  readonly realised: readonly AssetAmount[]
}

export type RunTally = {
  /** What is delivered a second time counts once. */
  readonly add: (posted: Posted) => void
  readonly counts: () => RunCounts
}

export type Refused = readonly { readonly reason: RefusalReason; readonly count: number }[]

const reasonsShown = 3

export function createRunTally(): RunTally {
  const ended = { settled: 0, abandoned: 0, exposed: 0 }
  const trades = new Set<string>()
  const realised = new Map<string, bigint>()
  let opportunities = 0
  let lastSeq = -1

  function end(trade: Trade): void {
    const { id, asset, state } = trade
    if (state === 'approved' || state === 'executing' || trades.has(id)) return
    trades.add(id)
    ended[state]++
    const net = realisedNet(trade)
    if (net !== undefined) realised.set(asset, (realised.get(asset) ?? 0n) + net)
  }

  return {
    add({ seq, notification }) {
      if (seq <= lastSeq) return
      lastSeq = seq
      if (notification.kind === 'opportunity') opportunities++
      if (notification.kind === 'trade') end(notification.trade)
    },
    counts: () => ({
      opportunities,
      ...ended,
      realised: Array.from(realised, ([asset, amount]) => ({ asset, amount })),
    }),
  }
}

const counted = (count: number, one: string, many: string): string =>
  `${count} ${count === 1 ? one : many}`

function textOf({ opportunities, settled, abandoned, exposed, realised }: RunCounts): string {
  const nets = realised.map(({ asset, amount }) => `${signedText(amount)} ${asset}`).join(', ')
  const brought = nets === '' ? '' : `; realised ${nets}`
  const trades = `${counted(settled, 'trade', 'trades')} settled, ${abandoned} not made, ${exposed} exposed`
  return `${counted(opportunities, 'gap', 'gaps')} offered. ${trades}${brought}.`
}

/** `refused` comes most counted first. */
export function runSummaryCard(
  counts: RunCounts,
  refused: Refused,
  { id, at, labels }: { readonly id: string; readonly at: Date; readonly labels: Labels },
): Card {
  const reasons = refused.slice(0, reasonsShown).map(({ reason, count }) => `${reason} ${count}`)
  const mostly = reasons.length === 0 ? '' : `\nMostly refused: ${reasons.join(', ')}.`
  const text = `${textOf(counts)}${mostly}`
  const { opportunities, settled, abandoned, exposed, realised } = counts
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
      trades: { settled, abandoned, exposed },
      realised: realised.map(({ asset, amount }) => ({ net: format(amount), asset })),
      refused: refused.map(({ reason, count }) => ({ reason, count })),
    },
  }
}
