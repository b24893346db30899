// What paper orders have already taken from a book. The real book does not know, so the same quantity
// would be there again: it stays consumed until the venue shows another quantity at that price.
import { subtract, type BaseAmount, type Price } from '../money.ts'
import type { Level } from './paper-fill.ts'

/** Per price: the quantity shown when it was taken from, and how much of it is gone. */
export type Consumed = ReadonlyMap<
  Price,
  { readonly shown: BaseAmount; readonly taken: BaseAmount }
>

/** The levels that are left, and the memory without what the venue has refreshed since. */
export function remaining(
  levels: readonly Level[],
  consumed: Consumed,
): { readonly levels: readonly Level[]; readonly consumed: Consumed } {
  const kept = new Map<Price, { shown: BaseAmount; taken: BaseAmount }>()
  const left = levels.flatMap(([at, size]): Level[] => {
    const memory = consumed.get(at)
    if (memory === undefined || memory.shown !== size) return [[at, size]]
    kept.set(at, memory)
    return memory.taken >= size ? [] : [[at, subtract(size, memory.taken)]]
  })
  return { levels: left, consumed: kept }
}

/** Remembers a fill. `shown` are the levels as the venue gave them. */
export function consume(
  consumed: Consumed,
  shown: readonly Level[],
  taken: readonly Level[],
): Consumed {
  const next = new Map(consumed)
  for (const [at, quantity] of taken) {
    const size = shown.find(([level]) => level === at)?.[1] ?? quantity
    const before = next.get(at)?.taken ?? (0n as BaseAmount)
    next.set(at, { shown: size, taken: (before + quantity) as BaseAmount })
  }
  return next
}
