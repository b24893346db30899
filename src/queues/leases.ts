// Which handlers may still run. BullMQ lets a handler go on when the lock on its job is lost; here
// its signal is aborted, also when nobody could be asked for as long as a lock lives.

import { setTimeout as sleep } from 'node:timers/promises'

const pollMs = 5

export type Lease = {
  readonly jobId: string
  readonly signal: AbortSignal
  /** The job belongs to somebody else by now, or may. */
  isLost(): boolean
}

type Held = { jobId: string; controller: AbortController; confirmedAt: number; lost: boolean }

export type Leases = {
  begin(jobId: string): Lease
  end(lease: Lease): void
  /** The server has just prolonged these locks. */
  renewed(jobIds: readonly string[]): void
  /** The server says that these locks are not ours. */
  refused(jobIds: readonly string[]): void
  abortAll(reason: string): void
  /** True once no handler runs, false when the time is over. */
  allEnded(msMax: number): Promise<boolean>
  close(): void
}

/** @param lockMs how long a lock lives unless it is prolonged. */
export function openLeases(lockMs: number, onLost: (jobId: string, why: string) => void): Leases {
  const leases = new Map<Lease, Held>()

  function lose(held: Held, why: string) {
    if (held.lost) return
    held.lost = true
    onLost(held.jobId, why)
    held.controller.abort(new Error(why))
  }
  const loseJob = (jobId: string, why: string) => {
    for (const held of leases.values()) if (held.jobId === jobId) lose(held, why)
  }
  const timer = setInterval(() => {
    const oldest = performance.now() - lockMs
    for (const held of leases.values())
      if (held.confirmedAt < oldest) lose(held, `its lock could not be prolonged for ${lockMs} ms`)
  }, lockMs / 20)
  timer.unref()

  return {
    begin(jobId) {
      loseJob(jobId, 'it was started again in this very process')
      const controller = new AbortController()
      const held = { jobId, controller, confirmedAt: performance.now(), lost: false }
      const lease = { jobId, signal: controller.signal, isLost: () => held.lost }
      leases.set(lease, held)
      return lease
    },
    end(lease) {
      leases.delete(lease)
    },
    renewed(jobIds) {
      const now = performance.now()
      for (const held of leases.values())
        if (!held.lost && jobIds.includes(held.jobId)) held.confirmedAt = now
    },
    refused(jobIds) {
      for (const jobId of jobIds) loseJob(jobId, 'its lock is not ours any more')
    },
    abortAll(reason) {
      for (const { controller } of leases.values()) controller.abort(new Error(reason))
    },
    async allEnded(msMax) {
      const until = performance.now() + msMax
      while (leases.size > 0 && performance.now() < until) await sleep(pollMs)
      return leases.size === 0
    },
    close() {
      clearInterval(timer)
    },
  }
}
