// One worker's process: it drives executions through ports that may kill it, stall it, or turn its clock.
// What it had in memory is gone when it dies; what it had sent goes on.
import { createBells } from '../../src/trade/engine/bells.ts'
import { drive } from '../../src/trade/engine/drive.ts'
import type { AnswerSpool } from '../../src/trade/engine/answer-spool.ts'
import type { Event } from '../../src/trade/engine/event.ts'
import type { ExecutionDesk } from '../../src/trade/engine/execution-desk.ts'
import type { VirtualTime } from './virtual-time.ts'

/** Where a process may die: before a call, after it has done its work unheard, after its answer came. */
export type Moment = 'before' | 'after' | 'answered'

export type ProcessWorld = {
  readonly time: VirtualTime
  /** The ports as they are outside. */
  readonly outside: (
    wallMs: () => number,
  ) => Omit<ExecutionDesk, 'worker' | 'now' | 'bells' | 'elapsedMs' | 'wait'>
  readonly diesAt: (moment: Moment, call: string) => boolean
  /** How long it stalls before this call, ms; usually not at all. */
  readonly stallsMs: () => number
  readonly restartMs: () => number
  readonly sweepMs: number
  readonly onMistake: (error: unknown) => void
  readonly onDeath: (worker: string) => void
  /** Its disk, which outlives it. */
  readonly spool: AnswerSpool
}

export type WorkerProcess = {
  /** As a job would: at once, beside whatever else it drives. */
  drive(id: string, happened?: Event): void
  /** As a stream would: whoever drives it hears of it, or it is driven. */
  tell(id: string, news: Event): void
  turnClock(ms: number): void
  isAlive(): boolean
  /** Something is being driven. */
  isBusy(): boolean
  /** No sweeps and no timers any more. */
  stop(): void
}

type Calls = Record<string, (...values: never[]) => Promise<unknown>>

export function startWorker(name: string, world: ProcessWorld): WorkerProcess {
  const { time } = world
  let incarnation = 0
  let isAlive = true
  let isStopped = false
  let wallOffsetMs = 0
  let stalledUntilMs = 0
  let driving = 0
  const wallMs = () => time.now().getTime() + wallOffsetMs

  const die = () => {
    incarnation++
    isAlive = false
    driving = 0
    world.onDeath(name)
    time.at(world.restartMs(), start)
  }

  /** A call of one life: once that life is over, nothing of it comes back. */
  const guard = (life: number, call: string, work: () => Promise<unknown>): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const isOver = () => life !== incarnation
      const whenAwake = (task: () => void) => {
        const leftMs = stalledUntilMs - time.elapsedMs()
        if (leftMs > 0) time.at(leftMs, () => whenAwake(task))
        else if (!isOver()) task()
      }
      const dies = (moment: Moment): boolean => {
        if (!world.diesAt(moment, call)) return false
        die()
        return true
      }
      const begin = () => {
        if (dies('before')) return
        const stallMs = world.stallsMs()
        if (stallMs > 0) stalledUntilMs = time.elapsedMs() + stallMs
        const done = work()
        const isDead = dies('after')
        done.then(
          (value) => whenAwake(() => void (isDead || dies('answered') || resolve(value))),
          (error) => whenAwake(() => void (isDead || reject(error))),
        )
      }
      whenAwake(begin)
    })

  const guardAll = <T extends object>(life: number, port: T, plain: readonly string[]): T => {
    const calls = port as unknown as Calls
    const guarded = Object.entries(calls).map(([call, work]) => [
      call,
      plain.includes(call)
        ? work
        : (...values: never[]) => guard(life, call, () => work(...values)),
    ])
    return Object.fromEntries(guarded) as T
  }

  const openDesk = (life: number): ExecutionDesk => {
    const { store, gateway, transfers, preflight, quote, booked } = world.outside(wallMs)
    return {
      ...guardAll(life, { preflight, quote, booked }, []),
      store: guardAll(life, store, ['tables', 'press', 'fund', 'setAside']),
      gateway: guardAll(life, gateway, ['card']),
      transfers: guardAll(life, transfers, []),
      worker: name,
      spool: world.spool,
      now: () => new Date(wallMs()),
      bells: createBells(),
      elapsedMs: () => time.elapsedMs(),
      wait: (ms) =>
        new Promise((resolve) => time.at(ms, () => void (life === incarnation && resolve()))),
    }
  }

  let desk = openDesk(incarnation)

  const driveOne = (id: string, happened?: Event) => {
    const life = incarnation
    const driveToRest = async () => {
      driving++
      const driven = await drive(desk, id, happened)
      driving--
      if (driven.outcome !== 'rested' || driven.wakeAt === undefined) return
      const dueMs = driven.wakeAt.getTime() - time.now().getTime()
      time.at(dueMs, () => void (life === incarnation && !isStopped && driveOne(id)))
    }
    driveToRest().catch(world.onMistake)
  }

  const sweep = (life: number) => {
    if (life !== incarnation || isStopped) return
    const driveDue = async () => {
      for (const id of await desk.store.listDue()) driveOne(id)
    }
    driveDue().catch(() => undefined)
    time.at(world.sweepMs, () => sweep(life))
  }

  function start() {
    isAlive = true
    desk = openDesk(incarnation)
    sweep(incarnation)
  }

  start()
  return {
    drive: (id, happened) => void (isAlive && driveOne(id, happened)),
    tell(id, news) {
      if (isAlive && !desk.bells.ring(id, news)) driveOne(id, news)
    },
    turnClock: (ms) => void (wallOffsetMs += ms),
    isAlive: () => isAlive,
    isBusy: () => driving > 0,
    stop: () => void (isStopped = true),
  }
}
