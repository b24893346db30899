// The few best of very many, kept in order without sorting the rest.

export type Best<T> = {
  /** Whether `score` would find a place; ask before building an entry. */
  admits(score: number): boolean
  /** Equal scores keep the order they came in. */
  add(score: number, entry: T): void
  readonly entries: readonly T[]
}

export function createBest<T>(count: number): Best<T> {
  const entries: T[] = []
  const scores: number[] = []
  const admits = (score: number): boolean =>
    entries.length < count ? count > 0 : score > (scores[count - 1] as number)
  return {
    admits,
    add(score, entry) {
      if (!admits(score)) return
      let at = scores.length
      while (at > 0 && score > (scores[at - 1] as number)) at--
      scores.splice(at, 0, score)
      entries.splice(at, 0, entry)
      if (entries.length <= count) return
      scores.pop()
      entries.pop()
    },
    entries,
  }
}
