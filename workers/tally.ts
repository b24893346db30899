// How long things took, counted in buckets that grow by a twelfth or so: exact enough for a percentile,
// small enough to be told in a line, and two of them can be subtracted.

export type Tally = {
  note(ms: number, times?: number): void
  /** Such as "0.31:12 2.4:1": how many lay in the bucket that ends at so many ms. */
  text(): string
}

/** How often a time up to `ms`, and above the bucket before, was seen. Shortest first. */
export type Buckets = readonly { readonly ms: number; readonly count: number }[]

const msLeast = 0.01
const bucketsPerDoubling = 8
/** The last one ends above 80 s; whatever is longer is counted there. */
const bucketCount = 184

const endOf = (bucket: number): number => msLeast * 2 ** (bucket / bucketsPerDoubling)
const shown = (ms: number): number => Number(ms.toPrecision(4))

export function createTally(): Tally {
  const counts = new Float64Array(bucketCount)
  return {
    note(ms, times = 1) {
      const bucket = ms > msLeast ? Math.ceil(bucketsPerDoubling * Math.log2(ms / msLeast)) : 0
      const at = Math.min(bucket, bucketCount - 1)
      counts[at] = (counts[at] as number) + times
    },
    text: () =>
      Array.from(counts, (count, bucket) => ({ ms: shown(endOf(bucket)), count }))
        .filter(({ count }) => count > 0)
        .map(({ ms, count }) => `${ms}:${count}`)
        .join(' '),
  }
}

export const readTally = (text: string): Buckets =>
  text
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => {
      const [ms = Number.NaN, count = Number.NaN] = word.split(':').map(Number)
      return { ms, count }
    })

/** What came after `earlier` was told. A process that began anew meanwhile has counted from nothing. */
export function tallySince(later: Buckets, earlier: Buckets): Buckets {
  const before = new Map(earlier.map(({ ms, count }) => [ms, count]))
  const rest = later.map(({ ms, count }) => ({ ms, count: count - (before.get(ms) ?? 0) }))
  return rest.some(({ count }) => count < 0) ? later : rest.filter(({ count }) => count > 0)
}

export const countOf = (buckets: Buckets): number =>
  buckets.reduce((sum, { count }) => sum + count, 0)

/** NaN of nothing. Within a bucket, times are taken as spread evenly. */
export function percentileOf(buckets: Buckets, percent: number): number {
  const wanted = (countOf(buckets) * percent) / 100
  let seen = 0
  for (const { ms, count } of buckets) {
    if (seen + count >= wanted) {
      const start = ms <= msLeast ? 0 : ms / 2 ** (1 / bucketsPerDoubling)
      return start + (ms - start) * ((wanted - seen) / count)
    }
    seen += count
  }
  return Number.NaN
}
