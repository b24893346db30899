// Jobs that come again and again, made by BullMQ's schedulers and put back when a server forgot them.
import type { JobName } from '../jobs.ts'
import type { JobQueue } from './queues.ts'

export type Schedules = {
  set(name: JobName, payload: object, everyMs: number): Promise<void>
  /** For the worker of this name: whether another tick of its schedule runs anywhere. */
  isTickRunning(name: JobName): (jobId: string) => Promise<boolean>
  close(): void
}

const checkMs = 5_000

export function keepSchedules(
  queueOf: (name: JobName) => JobQueue,
  report: (error: Error) => void,
): Schedules {
  const kept = new Map<JobName, { payload: object; everyMs: number }>()

  async function put(name: JobName) {
    const schedule = kept.get(name)
    if (schedule === undefined) return
    const { payload, everyMs } = schedule
    await queueOf(name).upsertJobScheduler(name, { every: everyMs }, { name, data: payload })
  }

  /** A flushed Redis, or a replica that took over late, has no schedule any more. */
  async function check() {
    for (const [name, { everyMs }] of kept) {
      const known = await queueOf(name).getJobScheduler(name)
      const overdueMs = Date.now() - (known?.next ?? 0)
      if (known === undefined || overdueMs > 3 * everyMs + checkMs) await put(name)
    }
  }
  const timer = setInterval(() => {
    check().catch((error: unknown) => error instanceof Error && report(error))
  }, checkMs)
  timer.unref()

  return {
    async set(name, payload, everyMs) {
      kept.set(name, { payload, everyMs })
      await put(name)
    },
    // The next tick is made when this one starts, so two of them can wait side by side after a crash.
    // If both then skip for each other's sake, the one after them runs.
    isTickRunning: (name) => async (jobId) => {
      const active = await queueOf(name).getActive()
      return active.some((job) => job.id !== jobId && job.repeatJobKey !== undefined)
    },
    close() {
      clearInterval(timer)
    },
  }
}
