// What makes a gap suspicious though no filter is against it: a profit that is too good, or a price that is
// far from what other venues and its own past say. Such a gap is never traded without a person who says so
// twice. Pure.

/** One leg's price among others; all are middles of bid and ask. */
export type PriceSight = {
  readonly venue: string
  readonly symbol: string
  readonly price: number
  /** The same market on every venue that shows it now, this one included. */
  readonly everywhere: readonly number[]
  /** What it usually is; undefined while nobody has watched it for long enough. */
  readonly usual: number | undefined
}

/** Fewer venues have no middle that one of them could not move by itself. */
const venuesMin = 3
/** The past counts for half as much after about forty seconds. */
const memoryMs = 60_000
const watchedMsMin = 10_000

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`
const apart = (price: number, from: number): number => Math.abs(price / from - 1)

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]]
  return ((low as number) + (high as number)) / 2
}

/** A phrase for each, as "suspicious: …" goes on; `gross` is the profit before fees as a share. 0: no doubts. */
export function doubtsAbout(
  gross: number,
  prices: readonly PriceSight[],
  suspiciousPercent: number,
): readonly string[] {
  if (suspiciousPercent === 0) return []
  const shareMax = suspiciousPercent / 100
  // Written so that a NaN, which no comparison likes, is suspicious.
  const isFar = (share: number) => !(share <= shareMax)
  const ofProfit = isFar(gross) ? [`${percent(gross)} before fees`] : []
  const ofPrices = prices.flatMap(({ venue, symbol, price, everywhere, usual }) => {
    const middle = everywhere.length >= venuesMin ? median(everywhere) : undefined
    const fromOthers = middle === undefined ? 0 : apart(price, middle)
    const fromUsual = usual === undefined ? 0 : apart(price, usual)
    return [
      ...(isFar(fromOthers)
        ? [
            `${venue} ${symbol} is ${percent(fromOthers)} from the middle of ${everywhere.length} venues`,
          ]
        : []),
      ...(isFar(fromUsual)
        ? [`${venue} ${symbol} is ${percent(fromUsual)} from its usual price`]
        : []),
    ]
  })
  return [...ofProfit, ...ofPrices]
}

export type UsualPrices = {
  /** Times never go back, ms. */
  see(market: number, price: number, atMs: number): void
  of(market: number): number | undefined
}

/** Each market's price, averaged with weights that fade with time: a tick that jumps hardly moves it. */
export function createUsualPrices(count: number): UsualPrices {
  const average = new Float64Array(count).fill(Number.NaN)
  const firstMs = new Float64Array(count).fill(Number.NaN)
  const lastMs = new Float64Array(count)
  const lastPrice = new Float64Array(count)
  return {
    see(market, price, atMs) {
      if (!(price > 0 && price < Infinity)) return
      if (Number.isNaN(firstMs[market])) {
        firstMs[market] = atMs
        average[market] = price
      } else {
        // What stood until now counts for as long as it stood; the new price has not stood at all yet.
        const weight = 1 - Math.exp(((lastMs[market] as number) - atMs) / memoryMs)
        const before = average[market] as number
        average[market] = before + weight * ((lastPrice[market] as number) - before)
      }
      lastMs[market] = atMs
      lastPrice[market] = price
    },
    of: (market) =>
      (lastMs[market] as number) - (firstMs[market] as number) >= watchedMsMin
        ? average[market]
        : undefined,
  }
}
