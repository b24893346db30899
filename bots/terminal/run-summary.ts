// What the terminal says last: the run in short, counted from its own beginning.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Desk } from '../../src/commands/command.ts'
import { newId } from '../../src/id.ts'
import type { Card } from '../../src/notification/card.ts'
import type { Posted } from '../../src/notification/notification.ts'
import { createRunTally, runSummaryCard, type Refused } from '../../src/notification/run-summary.ts'

export type RunSummary = {
  readonly add: (posted: Posted) => void
  /** A database that does not answer at once keeps its refusals to itself: the desk is to end soon. */
  readonly card: () => Promise<Card>
}

const minuteMs = 60_000
/** Between our clock and the database's. */
const slackMs = 1000
/** What ends is given little time, and the last word must fit in. */
const patienceMs = 300

export function openRunSummary(
  { history, labels }: Pick<Desk, 'history' | 'labels'>,
  now: () => Date,
  answerMsMax = patienceMs,
): RunSummary {
  const startedAt = now()
  const tally = createRunTally()
  const minuteMsAgo = () => now().getTime() - Math.floor(+startedAt / minuteMs) * minuteMs + slackMs
  const read = (): Promise<Refused> =>
    history.refusals({ sinceMs: minuteMsAgo() }).catch((): Refused => [])
  // Refusals are counted by the minute, and a run before this one may have ended in the same.
  const before = read()

  async function refused(): Promise<Refused> {
    const old = new Map((await before).map(({ reason, count }) => [reason, count]))
    return (await read())
      .map(({ reason, count }) => ({ reason, count: count - (old.get(reason) ?? 0) }))
      .filter(({ count }) => count > 0)
      .toSorted((a, b) => b.count - a.count)
  }

  return {
    add(posted) {
      if (posted.at >= startedAt) tally.add(posted)
    },
    async card() {
      const late = sleep<Refused>(answerMsMax, [], { ref: false })
      const reasons = await Promise.race([refused(), late])
      const at = now()
      return runSummaryCard(tally.counts(), reasons, { id: newId(at.getTime()), at, labels })
    },
  }
}
