// What is known of each streamed book besides its prices: when it last spoke, how often it speaks, and
// what is wrong with it. Typed arrays by market id, because every update writes here. Times are
// performance.now() in ms.
import type { MarketId } from '../market/market.ts'

export type BookHealth = {
  /** Last update of the stream; -Infinity: none since the subscription. */
  readonly streamedAtMs: Float64Array
  /** Last proof of any kind, a subscription's beginning included: silence is counted from here. */
  readonly evidenceAtMs: Float64Array
  /** A running estimate of the median time between updates. */
  readonly medianGapMs: Float64Array
  /** Since when the stream shows bid >= ask; NaN: it does not. */
  readonly crossedAtMs: Float64Array
  /** When a REST copy differed and the stream had not said so; NaN: no such doubt. */
  readonly doubtedAtMs: Float64Array
  /** 1: the subscription is to be renewed as soon as `renewAfterMs` is over. */
  readonly renewDue: Uint8Array
  readonly renewAfterMs: Float64Array
  /** Renewals without thirty quiet seconds between them. */
  readonly renewals: Uint8Array
  readonly checkAfterMs: Float64Array
}

const medianGapMsFirst = 200
// Ten times this is the longest silence that goes unchecked, however slow a market is.
const medianGapMsMax = 3_000
const medianGapMsMin = 10
const silenceMsMin = 2_000
const medianStep = 1.08

const renewPauseMsFirst = 2_000
const renewPauseMsMax = 60_000
const renewalsForgottenMs = 30_000

export function createBookHealth(count: number): BookHealth {
  return {
    streamedAtMs: new Float64Array(count).fill(-Infinity),
    evidenceAtMs: new Float64Array(count).fill(-Infinity),
    medianGapMs: new Float64Array(count).fill(medianGapMsFirst),
    crossedAtMs: new Float64Array(count).fill(Number.NaN),
    doubtedAtMs: new Float64Array(count).fill(Number.NaN),
    renewDue: new Uint8Array(count),
    renewAfterMs: new Float64Array(count),
    renewals: new Uint8Array(count),
    checkAfterMs: new Float64Array(count),
  }
}

/** A book that is subscribed to from `nowMs` on, knowing nothing of an earlier time. */
export function beginBook(health: BookHealth, id: MarketId, nowMs: number): void {
  health.streamedAtMs[id] = -Infinity
  health.evidenceAtMs[id] = nowMs
  health.medianGapMs[id] = medianGapMsFirst
  health.crossedAtMs[id] = Number.NaN
  health.doubtedAtMs[id] = Number.NaN
  health.renewDue[id] = 0
  health.renewAfterMs[id] = 0
  health.checkAfterMs[id] = 0
}

/**
 * An update came. The median is followed by small steps up or down, which needs no history: in the
 * long run as many gaps are longer as are shorter.
 */
export function noteUpdate(health: BookHealth, id: MarketId, nowMs: number): void {
  const gapMs = nowMs - (health.streamedAtMs[id] as number)
  const median = health.medianGapMs[id] as number
  health.streamedAtMs[id] = nowMs
  health.evidenceAtMs[id] = nowMs
  if (gapMs === Infinity) return
  health.medianGapMs[id] =
    gapMs > median
      ? Math.min(medianGapMsMax, median * medianStep)
      : Math.max(medianGapMsMin, median / medianStep)
}

/** The venue says that nothing happened: the market is slower than we took it for. */
export function noteQuiet(health: BookHealth, id: MarketId, provedAtMs: number): void {
  health.evidenceAtMs[id] = Math.max(health.evidenceAtMs[id] as number, provedAtMs)
  health.medianGapMs[id] = Math.min(medianGapMsMax, (health.medianGapMs[id] as number) * 2)
}

/** Silence longer than this has to be explained by a REST copy. */
export const silenceMsMax = (health: BookHealth, id: MarketId): number =>
  Math.max(silenceMsMin, 10 * (health.medianGapMs[id] as number))

/** The subscription has to be renewed, at once or when the last renewal is long enough ago. */
export function askRenewal(health: BookHealth, id: MarketId): void {
  health.renewDue[id] = 1
  health.doubtedAtMs[id] = Number.NaN
}

/** True when a renewal is due now; it counts as done, and the next has to wait longer. */
export function takeRenewal(health: BookHealth, id: MarketId, nowMs: number): boolean {
  const notBeforeMs = health.renewAfterMs[id] as number
  if (health.renewDue[id] === 0) {
    if (nowMs - notBeforeMs > renewalsForgottenMs) health.renewals[id] = 0
    return false
  }
  if (nowMs < notBeforeMs) return false
  const renewals = health.renewals[id] as number
  const pauseMs = Math.min(renewPauseMsMax, renewPauseMsFirst * 2 ** renewals)
  health.renewals[id] = Math.min(10, renewals + 1)
  health.renewAfterMs[id] = nowMs + pauseMs
  health.renewDue[id] = 0
  health.evidenceAtMs[id] = nowMs
  health.streamedAtMs[id] = -Infinity
  if (!Number.isNaN(health.crossedAtMs[id])) health.crossedAtMs[id] = nowMs
  return true
}
