// How many shards one loop worker should run: all of them when it is alone, its part when others live.
// Workers hear of each other by messages; who is silent for long enough is gone.
import type { Hub } from '../src/settings/hub.ts'
import { loopWorkersChannel } from './channels.ts'

export type FairShare = {
  /** The most shards of `total` that this worker should run now. */
  of(total: number): number
  close(): Promise<void>
}

const sayEveryMs = 1000
const silentMsMax = 3500

export async function openFairShare(
  hub: Hub,
  owner: string,
  onError: (error: unknown) => void,
): Promise<FairShare> {
  const heardAtMs = new Map<string, number>()
  const unsubscribe = await hub.subscribe(loopWorkersChannel, (other) => {
    if (other !== owner) heardAtMs.set(other, performance.now())
  })
  const say = () => void hub.publish(loopWorkersChannel, owner).catch(onError)
  say()
  const timer = setInterval(say, sayEveryMs)

  function others(): number {
    const nowMs = performance.now()
    for (const [other, atMs] of heardAtMs) if (nowMs - atMs > silentMsMax) heardAtMs.delete(other)
    return heardAtMs.size
  }

  return {
    of: (total) => Math.ceil(total / (1 + others())),
    async close() {
      clearInterval(timer)
      await unsubscribe()
    },
  }
}
