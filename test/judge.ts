// Holds what a desk offered against what the simulator had planted.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { parseRoute } from '../src/market/route.ts'

/** One line of simulator-truth.jsonl, as the interface promises it. */
const truthLine = z.strictObject({
  id: z.string().min(1),
  kind: z.enum(['cross', 'cycle']),
  route: z.string().refine((route) => parseRoute(route) !== undefined),
  venues: z.array(z.string()).min(1),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  net_at_top: z.number(),
  capacity: z.number().nonnegative(),
  decoy: z.string().nullable(),
})
type TruthLine = z.output<typeof truthLine>

export type Offer = { readonly route: string; readonly detected_at: string }

export type Verdict = {
  /** True gaps that anybody should have been told of. */
  readonly due: readonly TruthLine[]
  readonly missed: readonly TruthLine[]
  readonly falseOffers: readonly Offer[]
  readonly recall: number
  readonly precision: number
  /** From when a gap could be seen to its offer, ms, by the gap's id. */
  readonly delaysMs: ReadonlyMap<string, number>
}

/** A gap has to be there for so long before its offer is due. */
const aliveMsMin = 3_000
/** Prices travel, and are looked at every tenth of a second. */
const slackMs = 200
/** Of the settings' defaults: 0.1 % and 0.5 USDT of at most 100 USDT, a quarter of the depth. */
const passesSettings = ({ net_at_top, capacity }: TruthLine): boolean =>
  net_at_top * 100 >= 0.1 && net_at_top * Math.min(100, capacity / 4) >= 0.5

/** Throws for a line that is not as promised. */
export const readTruth = (home: string): readonly TruthLine[] =>
  readFileSync(join(home, 'simulator-truth.jsonl'), 'utf8')
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => truthLine.parse(JSON.parse(text)))

/** `fromMs` and `toMs` are when the desk could see the market. */
export function judge(
  truth: readonly TruthLine[],
  offers: readonly Offer[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Verdict {
  const gaps = truth
    .filter(({ decoy }) => decoy === null)
    .map((line) => ({ line, fromMs: Date.parse(line.from), toMs: Date.parse(line.to) }))
  const delaysMs = new Map<string, number>()
  const falseOffers: Offer[] = []
  for (const offer of offers) {
    const atMs = Date.parse(offer.detected_at)
    const gap = gaps.find(
      (each) =>
        each.line.route === offer.route && atMs >= each.fromMs && atMs <= each.toMs + slackMs,
    )
    if (gap === undefined) falseOffers.push(offer)
    else if (!delaysMs.has(gap.line.id))
      delaysMs.set(gap.line.id, atMs - Math.max(gap.fromMs, fromMs))
  }
  const due = gaps
    .filter((gap) => Math.min(gap.toMs, toMs) - Math.max(gap.fromMs, fromMs) >= aliveMsMin)
    .filter(({ line }) => passesSettings(line))
    .map(({ line }) => line)
  const missed = due.filter(({ id }) => !delaysMs.has(id))
  return {
    due,
    missed,
    falseOffers,
    recall: due.length === 0 ? 1 : 1 - missed.length / due.length,
    precision: offers.length === 0 ? 1 : 1 - falseOffers.length / offers.length,
    delaysMs,
  }
}
