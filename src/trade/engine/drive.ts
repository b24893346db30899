// The one driver: the boot, the sweep and the job all call it, as often as they like. It claims, loads,
// decides, commits, and only then acts; what came of it is decided upon in turn. It may die anywhere: the
// next one goes on from what is committed and from what the venues say.
import { isDeepStrictEqual } from 'node:util'
import { createUnheard } from './answer-spool.ts'
import {
  commit,
  commitOf,
  leaseMs,
  StoreAwayError,
  storeRetryMs,
  type Running,
} from './commit-turn.ts'
import { decide, type Decision } from './decide.ts'
import type { ActionEffect, Effect } from './effect.ts'
import type { Event } from './event.ts'
import type { Execution } from './execution.ts'
import type { ExecutionDesk } from './execution-desk.ts'
import type { Committed } from './execution-store.ts'
import { createMailbox, type Mailbox } from './mailbox.ts'
import { runEffect } from './run-effect.ts'

/** What is due sooner than this is waited for here; for anything later somebody drives again. */
const patienceMs = 3_000
/** Far above any real number of steps: what is beyond it goes round in circles. */
const turnsMax = 5_000

export type Driven =
  /** Nothing is on its way; to be driven again at `wakeAt`, if there is one. */
  | { readonly outcome: 'rested'; readonly execution: Execution; readonly wakeAt: Date | undefined }
  | { readonly outcome: 'not-yours' }
  | { readonly outcome: 'absent' }
  /** Another worker has it now, or the store is away: whatever was not committed is forgotten. */
  | { readonly outcome: 'left'; readonly reason: string }

/**
 * What the store's clock said, somewhere between our asking and our hearing. A process that stalled in
 * between knows only that it is so late at least, and so late at most.
 */
type Clock = { readonly at: Date; readonly askedAtMs: number; readonly heardAtMs: number }

const isAction = (effect: Effect): effect is ActionEffect => {
  switch (effect.type) {
    case 'alert':
    case 'book':
    case 'request':
      return false
    case 'proceed':
    case 'preflight':
    case 'submit':
    case 'look-up':
    case 'read-open-orders':
    case 'read-fills':
    case 'read-balances':
    case 'cancel':
    case 'read-send':
    case 'quote':
      return true
  }
}

/** What a refused commit makes of the event that it was decided on. */
function refusalOf(why: Extract<Committed, { outcome: 'forbidden' | 'late' | 'short' }>): Event {
  switch (why.outcome) {
    case 'short':
      return { type: 'short', venue: why.venue, asset: why.asset }
    case 'forbidden':
      return { type: 'forbidden', by: why.mode }
    case 'late':
      return { type: 'forbidden', by: 'late' }
  }
}

type Taken =
  | { readonly outcome: 'taken'; readonly turn: Decision; readonly clock: Clock }
  | { readonly outcome: 'lost' }

/** Decides and commits. Refused once, it is decided on without what was refused. */
async function take(
  running: Running,
  before: Execution,
  happened: Event,
  clock: Clock,
): Promise<Taken> {
  const { desk } = running
  let event = happened
  for (let tries = 0; tries < 3; tries++) {
    const turn = decide(before, event, earliestBy(desk, clock))
    if (turn.effects.length === 0 && isDeepStrictEqual(turn.execution, before))
      return { outcome: 'taken', turn, clock }
    const what = commitOf(running, before, turn)
    const askedAtMs = desk.elapsedMs()
    const committed = await commit(running, what)
    switch (committed.outcome) {
      case 'committed': {
        const execution = { ...turn.execution, version: before.version + 1 }
        return {
          outcome: 'taken',
          turn: { ...turn, execution },
          clock: { at: committed.at, askedAtMs, heardAtMs: desk.elapsedMs() },
        }
      }
      case 'forbidden':
      case 'late':
      case 'short':
        event = refusalOf(committed)
        break
      case 'lost':
      case 'unknown':
        return { outcome: 'lost' }
    }
  }
  throw new Error(`${before.id}: what was refused was decided again`)
}

/** It is this late at least: what proofs and waits go by. */
const earliestBy = ({ elapsedMs }: ExecutionDesk, { at, heardAtMs }: Clock): Date =>
  new Date(at.getTime() + Math.max(0, elapsedMs() - heardAtMs))
/** It may be as late as this: what decides whether something may still leave. */
const latestBy = ({ elapsedMs }: ExecutionDesk, { at, askedAtMs }: Clock): Date =>
  new Date(at.getTime() + Math.max(0, elapsedMs() - askedAtMs))

/** Runs until nothing is on its way and nothing is due soon. */
async function run(
  running: Running,
  claimed: Execution,
  claimedAt: Clock,
  mailbox: Mailbox<Event>,
): Promise<Driven> {
  const { desk } = running
  let execution = claimed
  let clock = claimedAt
  let pending = 0
  let alarmAt: Date | undefined
  for (let turns = 0; turns < turnsMax; turns++) {
    const event = await mailbox.take()
    const taken = await take(running, execution, event, clock)
    if (taken.outcome === 'lost') return { outcome: 'left', reason: 'another worker has it' }
    running.unheard.committed(event)
    clock = taken.clock
    execution = taken.turn.execution
    const heard = clock
    for (const effect of taken.turn.effects.filter(isAction)) {
      pending++
      const answered = async (asked: Execution) => {
        const answer = await runEffect(desk, asked, effect, {
          earliest: () => earliestBy(desk, heard),
          latest: () => latestBy(desk, heard),
        })
        pending--
        running.unheard.arrived(answer)
        mailbox.put(answer)
      }
      void answered(execution)
    }
    const { wakeAt } = execution
    const now = earliestBy(desk, clock)
    const dueMs = wakeAt === undefined ? Infinity : Math.max(0, wakeAt.getTime() - now.getTime())
    if (pending === 0 && mailbox.isEmpty() && dueMs > patienceMs)
      return { outcome: 'rested', execution, wakeAt }
    const isAwaited = alarmAt !== undefined && wakeAt !== undefined && alarmAt <= wakeAt
    if (wakeAt === undefined || dueMs > patienceMs || isAwaited) continue
    alarmAt = wakeAt
    const ring = async () => {
      await desk.wait(dueMs)
      if (alarmAt === wakeAt) alarmAt = undefined
      mailbox.put({ type: 'timer' })
    }
    void ring()
  }
  throw new Error(`${execution.id} has gone round ${turnsMax} times`)
}

/** A store that is away comes back, and then nobody should have to wait for the end of a lease first. */
async function release({ desk, epoch }: Running, id: string): Promise<void> {
  const untilMs = desk.elapsedMs() + leaseMs
  for (;;) {
    try {
      return await desk.store.release(id, epoch)
    } catch {
      if (desk.elapsedMs() >= untilMs) return
      await desk.wait(storeRetryMs)
    }
  }
}

/**
 * Harmless to call again and from several workers at once. `happened` brings news from outside: a person's
 * word, or a reason to read everything once more.
 */
export async function drive(desk: ExecutionDesk, id: string, happened?: Event): Promise<Driven> {
  const askedAtMs = desk.elapsedMs()
  let claim
  try {
    claim = await desk.store.claim(id, desk.worker, leaseMs)
  } catch (error) {
    return { outcome: 'left', reason: `the store is away: ${String(error)}` }
  }
  if (claim.outcome !== 'claimed') return { outcome: claim.outcome }
  const { execution, epoch, at } = claim
  const unheard = createUnheard(desk.spool, id)
  const running: Running = { desk, epoch, unheard }
  const mailbox = createMailbox<Event>()
  // Before what was under way is called unknown.
  for (const answer of desk.spool?.of(id) ?? []) mailbox.put(answer)
  mailbox.put({ type: 'boot' })
  if (happened !== undefined) mailbox.put(happened)
  const leaveBell = desk.bells.hang(id, (news) => mailbox.put(news))
  try {
    const heardAtMs = desk.elapsedMs()
    const driven = await run(running, execution, { at, askedAtMs, heardAtMs }, mailbox)
    if (driven.outcome === 'rested') unheard.settled()
    return driven
  } catch (error) {
    // Anything else is a mistake of this program, and nobody's to swallow.
    if (!(error instanceof StoreAwayError)) throw error
    return { outcome: 'left', reason: `the store is away: ${error.message}` }
  } finally {
    leaveBell()
    await release(running, id)
  }
}
