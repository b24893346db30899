// Everything that may go wrong, by name. Each seed has a random part of it at random rates; each that
// really happened is counted.
import type { Random } from './random.ts'

export const faultKinds = [
  // On the way to the venue and back.
  'throttle past not-after',
  'request lost',
  'request late',
  'connection refused',
  'reset before arrival',
  'reset after arrival',
  'answer lost',
  'answer 5xx',
  'answer unreadable',
  'answer of another order',
  'request doubled',
  'rejected 429',
  'rejected funds',
  'rejected filter',
  'rejected clock',
  'gateway throws',
  'maintenance',
  // What reads say.
  'lookup failed',
  'lookup lies absent',
  'lookup of another order',
  'lookup stale',
  'lookup goes backwards',
  'cancelled forgotten',
  'fills failed',
  'fills lag',
  'fills doubled',
  'fills reordered',
  'open orders failed',
  'open orders lag',
  'cancel failed',
  'balances failed',
  'balances stale',
  // What the venue does.
  'partial fill',
  'zero fill',
  'many prints',
  'stays open',
  'fill after cancel',
  'late fill',
  'overfill',
  'worse than limit',
  'better than limit',
  'fee in a token',
  'fee rebate',
  'price jump',
  'market halted',
  'venue down',
  'engine slow',
  'balances frozen',
  'account short',
  // What happens to us.
  'crash before effect',
  'crash after effect',
  'crash after answer',
  'process stalls',
  'clock jump small',
  'clock jump large',
  'store away',
  'commit not heard',
  'commit not done',
  'store slow',
  'driven twice',
  'approved twice',
  'pause pressed',
  'kill pressed',
  'freeze pressed',
  'preflight failed',
  'preflight stale book',
  'price worse at preflight',
  'no quote',
  'quote stale book',
  'operator retries',
  'operator accepts',
  'operator decides',
  // What becomes of transfers.
  'transfer refused',
  'transfer answer lost',
  'transfer never left',
  'transfer delayed',
  'transfer short',
  'transfer returned',
  'transfer unread',
  'sender dies',
] as const

export type FaultKind = (typeof faultKinds)[number]

export type Faults = {
  /** Whether it happens here and now. */
  fires(kind: FaultKind): boolean
  /** Nothing happens any more. */
  stop(): void
  readonly fired: ReadonlyMap<FaultKind, number>
}

/** What would end every run if it came often. */
const rareFaults: ReadonlySet<FaultKind> = new Set([
  'crash before effect',
  'crash after effect',
  'crash after answer',
  'process stalls',
  'store away',
  'venue down',
  'pause pressed',
  'kill pressed',
  'freeze pressed',
  'clock jump large',
])

export function createFaults(random: Random, onFire: (kind: FaultKind) => void): Faults {
  const share = random.next() * 0.6
  const rates = new Map<FaultKind, number>()
  for (const kind of faultKinds) {
    const rate = random.next() ** 2 * (rareFaults.has(kind) ? 0.04 : 0.3)
    if (random.chance(share)) rates.set(kind, rate)
  }
  const fired = new Map<FaultKind, number>()
  let isStopped = false
  return {
    fires(kind) {
      const rate = rates.get(kind)
      if (isStopped || rate === undefined || !random.chance(rate)) return false
      fired.set(kind, (fired.get(kind) ?? 0) + 1)
      onFire(kind)
      return true
    },
    stop: () => void (isStopped = true),
    fired,
  }
}
