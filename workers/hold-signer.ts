// The one process that signs with real keys. The others stand by: a day's limits, the rate limits of a venue
// and the order of requests under one key are kept by whoever knows of every order.
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SignerLease } from '../src/database/signer-lease.ts'
import type { Log } from '../src/log.ts'
import { every } from './every.ts'

/** Whoever takes over waits for so long after the last word of the one before. */
const leaseMs = 15_000
const renewEveryMs = 4_000
/** Before that is over by our own clock nobody else can have begun. */
const sureMs = leaseMs - 5_000
const askEveryMs = 1_000

export type HeldSigner = {
  /** False: another process may have begun, so nothing may be signed here. */
  readonly isHeld: () => boolean
  /** Resolves when another process signs. */
  readonly lost: Promise<void>
  readonly release: () => Promise<void>
}

/** Waits until nobody else signs; undefined when the signal aborts before. */
export async function holdSigner({
  lease,
  log,
  signal,
  standBy,
}: {
  readonly lease: SignerLease
  readonly log: Pick<Log, 'info' | 'warn'>
  readonly signal: AbortSignal
  /** Told once that another process signs. */
  readonly standBy: () => void
}): Promise<HeldSigner | undefined> {
  const owner = `${hostname()}-${process.pid}-${Date.now()}`
  let askedAtMs = performance.now()
  let epoch = await lease.hold(owner, leaseMs)
  if (epoch === undefined) {
    log.info('another process signs; this one stands by')
    standBy()
  }
  while (epoch === undefined) {
    await sleep(askEveryMs, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return undefined
    askedAtMs = performance.now()
    epoch = await lease.hold(owner, leaseMs)
  }
  const lost = Promise.withResolvers<void>()
  let isLost = false
  const lose = () => {
    isLost = true
    lost.resolve()
  }
  const stop = every(
    renewEveryMs,
    async () => {
      const askingAtMs = performance.now()
      if ((await lease.hold(owner, leaseMs)) !== epoch) return lose()
      askedAtMs = askingAtMs
    },
    (error) => log.warn('the right to sign is not renewed', { error }),
  )
  return {
    isHeld: () => !isLost && performance.now() - askedAtMs < sureMs,
    lost: lost.promise,
    async release() {
      stop()
      await lease.release(owner).catch(() => undefined)
    },
  }
}
