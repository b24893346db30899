// One run of the desk, from the first process to the last.
import { setTimeout as sleep } from 'node:timers/promises'
import { awaitMarket } from './await-market.ts'
import { createDeskHealth } from './desk-health.ts'
import { postAlert } from './post-alert.ts'
import { startAll, type DeskWiring } from './start-all.ts'
import { removeDeskFile } from './supervisor/desk-file.ts'
import { holdHome } from './supervisor/home-hold.ts'
import { growProcessTree } from './supervisor/process-tree.ts'
import { restartPolicy } from './supervisor/restart-policy.ts'

const cleanUpMsMax = 8_000
const lookEveryMs = 100

/**
 * Runs until `stopping` aborts, or until the time asked for is over, and leaves no process behind.
 *
 * @throws Error with one line when it could not start.
 */
export async function runDesk(wiring: DeskWiring, stopping: AbortController): Promise<void> {
  const { config, options, log } = wiring
  const { signal } = stopping
  const stopped = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  const release = await takeHome(config.home, signal)
  const alert = wiring.alert ?? ((...said) => postAlert(config, log, ...said))
  const tree = growProcessTree({
    policy: wiring.policy ?? restartPolicy,
    log,
    onGiveUp: (name, why) =>
      alert(name, `${name} stays down after too many crashes (${why}); the rest goes on`),
  })
  const health = createDeskHealth(config, tree, log)
  try {
    await health.serve()
    const starting = startAll(wiring, tree, health, signal)
    // What a stop interrupts may complain when nobody waits for it any more.
    starting.catch(() => undefined)
    const started = await Promise.race([starting, stopped])
    if (started === undefined) return
    health.started()
    log.info('the desk runs', { parts: Object.keys(tree.status()) })
    const { forMs } = options
    const sweep = () => tree.status()['sweep']
    const market = await awaitMarket({ ...started, forMs, sweep, log, signal })
    const time = forMs === undefined ? [] : [sleep(forMs, undefined, { signal })]
    await Promise.race([stopped, ...time])
    market.throwIfDown()
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    stopping.abort()
    await Promise.all([tree.stop(), health.close()])
    removeDeskFile(config.home)
    release()
  }
}

/** Waits for a clean-up under way; a running desk keeps its home. */
async function takeHome(home: string, signal: AbortSignal): Promise<() => void> {
  for (let waitedMs = 0; ; waitedMs += lookEveryMs) {
    const hold = await holdHome(home, 'desk')
    if (hold.outcome === 'held') return hold.release
    if (hold.purpose === 'desk' || waitedMs > cleanUpMsMax)
      throw new Error(
        `a desk runs on ${home} already (process ${hold.pid}); stop it, or set ARBDESK_HOME to another folder`,
      )
    await sleep(lookEveryMs, undefined, { signal })
  }
}
