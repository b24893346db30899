// Keeps one part running: starts it again when it ends by itself, and gives up when that is no use.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../../src/log.ts'
import type { RoleFacts } from '../role-run.ts'
import type { Part } from './part.ts'
import { restartDelayMs, type RestartPolicy } from './restart-policy.ts'

export type KeptStatus = {
  readonly state: 'starting' | 'ready' | 'waiting' | 'given-up' | 'stopped'
  readonly restarts: number
  readonly pid: number | undefined
  readonly facts: RoleFacts
}

export type Kept = {
  readonly status: () => KeptStatus
  /** From now on it is not started again; what runs goes on. */
  readonly retire: () => void
  /** Ends it for good; resolves when it is over. */
  readonly stop: () => Promise<void>
}

/** What the part says about itself while it runs. */
export type Hears = {
  readonly ready: (facts: RoleFacts) => void
  readonly report: (facts: RoleFacts) => void
}

/** A signal to the whole process group may end a part before the supervisor itself has heard of it. */
const signalTravelMs = 50

export function keepRunning(options: {
  readonly name: string
  readonly start: (hears: Hears) => Part
  readonly policy: RestartPolicy
  readonly log: Log
  readonly onReady?: (facts: RoleFacts) => void
  /** One that never got ready is not tried again: whoever waits for it is told why. */
  readonly mustGetReady?: boolean
  /** Told once, when it stays down. */
  readonly onGiveUp: (why: string) => void
}): Kept {
  const { name, start, policy, log } = options
  const retiring = new AbortController()
  const pause = (ms: number) =>
    sleep(ms, undefined, { signal: retiring.signal }).catch(() => undefined)
  const restartedAt: number[] = []
  let status: KeptStatus = { state: 'starting', restarts: 0, pid: undefined, facts: {} }
  let part: Part | undefined
  const become = (changes: Partial<KeptStatus>) => {
    status = { ...status, ...changes }
  }

  let generation = 0
  let wasReady = false

  function launch(): Part {
    // A late word of the part before must not be taken for one of this part.
    const mine = ++generation
    become({ state: 'starting', facts: {} })
    const started = start({
      ready(facts) {
        if (mine !== generation) return
        wasReady = true
        become({ state: 'ready', facts, pid: part?.pid })
        options.onReady?.(facts)
      },
      report(facts) {
        if (mine === generation) become({ facts })
      },
    })
    become({ pid: started.pid })
    return started
  }

  async function keep(): Promise<void> {
    for (;;) {
      part = launch()
      const why = await part.ended
      await pause(signalTravelMs)
      if (retiring.signal.aborted) break
      const isHopeless = options.mustGetReady === true && !wasReady
      const delayMs = isHopeless
        ? undefined
        : restartDelayMs(policy, restartedAt, performance.now())
      if (delayMs === undefined) {
        become({ state: 'given-up', pid: undefined })
        if (!isHopeless)
          log.error(`${name} stays down after ${restartedAt.length} restarts`, { why })
        return options.onGiveUp(why)
      }
      become({ state: 'waiting', pid: undefined, restarts: status.restarts + 1 })
      log.warn(`${name} ended (${why}) and starts again`, { delayMs, restarts: status.restarts })
      await pause(delayMs)
      if (retiring.signal.aborted) break
      restartedAt.push(performance.now())
    }
    become({ state: 'stopped', pid: undefined })
  }
  const kept = keep()

  return {
    status: () => status,
    retire: () => retiring.abort(),
    async stop() {
      retiring.abort()
      await part?.stop()
      await kept
    },
  }
}
