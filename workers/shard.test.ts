import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { openRoleBench } from '../test/role-bench.ts'
import { openStores } from '../test/stores.ts'
import type { Opportunity } from '../src/opportunity/opportunity.ts'
import { defaultSettings } from '../src/settings/settings.ts'
import type { TruthLine } from '../src/simulator/world/truth.ts'
import { loopRole } from './loop-role.ts'
import { simulatorRole } from './simulator-role.ts'
import { sweepRole } from './sweep-role.ts'

/** Under this seed there are three gaps from the start, a cycle after 10 s and a cross after 19 s. */
const seed = 'shard 6'
const watchMs = 23_000
/** Until every book is subscribed to, a gap may take longer. */
const settledMs = 5000
const hourMs = 3_600_000
const settings = defaultSettings('simulator')
const offeredWithinMs = settings['approval.life_ms_min'] + 1500
/** The books of a cross are watched because we hold its coin; those of a cycle once a sweep saw it. */
const foundWithinMs = { transfer: Infinity, cross: 0, cycle: settings['sweep.period_ms'] }
/** Clocks of the same machine, and the last update on its way. */
const slackMs = 300

type Planted = TruthLine & { readonly fromMs: number; readonly toMs: number }

const plantedIn = (home: string): readonly Planted[] =>
  readFileSync(join(home, 'simulator-truth.jsonl'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const truth = JSON.parse(line) as TruthLine
      return { ...truth, fromMs: Date.parse(truth.from), toMs: Date.parse(truth.to) }
    })

const isOf = ({ route, detectedAt }: Opportunity, gap: Planted): boolean =>
  route === gap.route &&
  detectedAt.getTime() >= gap.fromMs &&
  detectedAt.getTime() <= gap.toMs + slackMs

test(
  'a planted gap is offered once it has lived long enough, and a decoy never',
  { timeout: 90_000 },
  async () => {
    let venuesUrl: string | undefined
    const bench = await openRoleBench({
      environment: { ARBDESK_SEED: seed },
      venuesUrl: () => venuesUrl,
    })
    onTestFinished(bench.close)
    const { url } = await bench.start(simulatorRole).ready
    venuesUrl = String(url)
    const sweep = bench.start(sweepRole)
    bench.start(loopRole)
    await sweep.ready
    const upMs = Date.now()
    await sleep(watchMs)
    const endMs = Date.now()

    const stores = openStores(bench.databaseUrl)
    onTestFinished(stores.cutOff)
    const offered = await stores.approvals.listOpportunities({ sinceMs: hourMs, limit: 1000 })
    const planted = plantedIn(bench.home)
    const gaps = planted.filter(({ decoy }) => decoy === null)
    const decoys = planted.filter(({ decoy, toMs }) => decoy !== null && toMs > upMs)

    // Precision: every offer is of a true gap that stood at that moment, and no gap is offered twice.
    expect(offered.filter((offer) => !gaps.some((gap) => isOf(offer, gap)))).toEqual([])
    for (const gap of gaps)
      expect(offered.filter((offer) => isOf(offer, gap)).length).toBeLessThan(2)
    expect(new Set(decoys.map(({ decoy }) => decoy)).size).toBeGreaterThanOrEqual(9)

    // Recall: every gap with time enough was offered, and in time where its books were there already.
    const late = (gap: Planted) => offeredWithinMs + foundWithinMs[gap.kind]
    const due = gaps.filter(
      (gap) =>
        Math.min(gap.toMs, endMs) - Math.max(gap.fromMs, upMs + settledMs) >= late(gap) + slackMs,
    )
    expect(due.map(({ kind }) => kind).toSorted()).toEqual(
      expect.arrayContaining(['cross', 'cross', 'cross', 'cycle', 'cycle']),
    )
    for (const gap of due) {
      const offer = offered.find((each) => isOf(each, gap))
      expect(offer?.route).toBe(gap.route)
      const tookMs = (offer?.detectedAt.getTime() ?? Infinity) - gap.fromMs
      if (gap.fromMs > upMs + settledMs) expect(tookMs).toBeLessThanOrEqual(late(gap))
    }

    // What was not offered is explained, and what was watched is on record.
    const refusals = await stores.history.refusals({ sinceMs: hourMs })
    const reasons = refusals.map(({ reason }) => reason)
    for (const reason of [
      'net below minimum',
      'closed wallet',
      'leveraged token',
      'different assets',
    ])
      expect(reasons).toContain(reason)
    const [first] = due
    const minutes = await stores.history.gaps(first?.route ?? '', hourMs)
    expect(minutes.reduce((sum, { openMs }) => sum + openMs, 0)).toBeGreaterThan(1000)
    expect(bench.complaints).toEqual([])
  },
)
