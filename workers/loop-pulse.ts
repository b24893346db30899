// How the trading loop of this process keeps up: how many book messages it took, how long each decision
// took, how late the event loop ran. /health shows it as the facts of the role.
import { monitorEventLoopDelay, type ELDHistogram } from 'node:perf_hooks'
import type { RoleFacts } from './role-run.ts'
import { createTally, percentileOf, readTally, tallySince, type Tally } from './tally.ts'

export type LoopPulse = {
  /**
   * The detector has had its say on a book. `frameMs`: performance.now() when the frame was read;
   * `venueTimeMs`: when the venue sent it, by our wall clock, NaN where it does not say.
   */
  decided(frameMs: number, venueTimeMs: number): void
  /** Routes that pay were judged; the oldest message among theirs that was not judged yet is so old. */
  looked(ageMs: number): void
  /** Counts since the process began, and the percentiles since the facts of before. */
  facts(): RoleFacts
  close(): void
}

/** The clock that measures the event loop rings so often; later than that is lag. */
const resolutionMs = 10
const nanosecondsPerMs = 1e6

/** Each ring of the clock since it was last asked. One that a long turn held back counts once. */
function noteLag(histogram: ELDHistogram, lag: Tally): void {
  const { count } = histogram
  for (let k = 0; k < count; k++) {
    const ms = histogram.percentile(((k + 0.5) / count) * 100) / nanosecondsPerMs
    lag.note(Math.max(0, ms - resolutionMs))
  }
  histogram.reset()
}

const rounded = (ms: number): number | null => (Number.isNaN(ms) ? null : Number(ms.toPrecision(3)))

export function createLoopPulse(): LoopPulse {
  const tallies = {
    decisions: createTally(),
    sinceVenue: createTally(),
    looks: createTally(),
    lag: createTally(),
  }
  const before = { decisions: '', lag: '' }
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs })
  histogram.enable()
  let messages = 0

  function p99Since(name: keyof typeof before, text: string): number | null {
    const recent = tallySince(readTally(text), readTally(before[name]))
    before[name] = text
    return rounded(percentileOf(recent, 99))
  }

  return {
    decided(frameMs, venueTimeMs) {
      messages++
      tallies.decisions.note(performance.now() - frameMs)
      if (!Number.isNaN(venueTimeMs)) tallies.sinceVenue.note(Date.now() - venueTimeMs)
    },
    looked: (ageMs) => tallies.looks.note(ageMs),
    facts() {
      noteLag(histogram, tallies.lag)
      const decisions = tallies.decisions.text()
      const lag = tallies.lag.text()
      return {
        at: new Date().toISOString(),
        messages,
        decisionP99Ms: p99Since('decisions', decisions),
        lagP99Ms: p99Since('lag', lag),
        decisions,
        sinceVenue: tallies.sinceVenue.text(),
        looks: tallies.looks.text(),
        lag,
      }
    },
    close: () => void histogram.disable(),
  }
}
