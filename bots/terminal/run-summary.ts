// What the terminal says last: the run in short, counted from its own beginning.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Desk } from '../../src/commands/command.ts'
import { newId } from '../../src/id.ts'
import type { Card } from '../../src/notification/card.ts'
import type { Posted } from '../../src/notification/notification.ts'
import {
  createRunTally,
  runSummaryCard,
  type Refused,
  type RunFindings,
} from '../../src/notification/run-summary.ts'

export type RunSummary = {
  readonly add: (posted: Posted) => void
  /** A database that does not answer at once keeps its findings to itself: the desk is to end soon. */
  readonly card: () => Promise<Card>
}

const minuteMs = 60_000
/** Between our clock and the database's. */
const slackMs = 1000
/** What ends is given little time, and the last word must fit in. */
const patienceMs = 300

export function openRunSummary(
  { history, markets, labels }: Pick<Desk, 'history' | 'markets' | 'labels'>,
  now: () => Date,
  answerMsMax = patienceMs,
): RunSummary {
  const startedAt = now()
  const tally = createRunTally()
  const minuteMsAgo = () => now().getTime() - Math.floor(+startedAt / minuteMs) * minuteMs + slackMs
  const refusals = (): Promise<Refused> =>
    history.refusals({ sinceMs: minuteMsAgo() }).catch((): Refused => [])
  // Refusals are counted by the minute, and a run before this one may have ended in the same.
  const before = refusals()

  async function refused(): Promise<Refused> {
    const old = new Map((await before).map(({ reason, count }) => [reason, count]))
    return (await refusals())
      .map(({ reason, count }) => ({ reason, count: count - (old.get(reason) ?? 0) }))
      .filter(({ count }) => count > 0)
      .toSorted((a, b) => b.count - a.count)
  }

  async function read(): Promise<RunFindings> {
    const [values, reasons] = await Promise.all([
      markets.lastValues().catch(() => new Map<string, never>()),
      refused(),
    ])
    return {
      values: new Map(Array.from(values, ([asset, { usdt }]) => [asset, usdt])),
      refused: reasons,
    }
  }

  return {
    add(posted) {
      if (posted.at >= startedAt) tally.add(posted)
    },
    async card() {
      const nothing: RunFindings = { values: new Map(), refused: [] }
      const late = sleep(answerMsMax, nothing, { ref: false })
      const findings = await Promise.race([read(), late])
      const at = now()
      return runSummaryCard(tally.counts(), findings, { id: newId(at.getTime()), at, labels })
    },
  }
}
