// How long each gap lives: one record a route while it is open. Pure: time comes in with every call, in ms
// since 1970, so that minutes are minutes of the clock.
import { createGapMinutes, type GapMinute } from './gap-minutes.ts'

export type GapLife = {
  readonly route: string
  readonly firstSeenMs: number
  readonly lastSeenMs: number
  /** Net shares, 0.012 for 1.2 %: now and at its widest. */
  readonly net: number
  readonly netBest: number
  readonly samples: number
}

export type GapEnd = GapLife & {
  readonly livedMs: number
  /** It was gone before anybody would have been asked. */
  readonly tooShortToAsk: boolean
}

export type GapTracker = {
  /** The gap is there; opens it if it was not. Returns its life so far. */
  seen(route: string, net: number, nowMs: number): GapLife
  /** The gap is gone. Undefined when it was not open. */
  ended(route: string, nowMs: number, lifeMsMin: number): GapEnd | undefined
  /** Ends every gap not seen for longer than `silentMsMax`, as of when it was last seen. */
  endSilent(nowMs: number, silentMsMax: number, lifeMsMin: number): readonly GapEnd[]
  of(route: string): GapLife | undefined
  openCount(): number
  /** How many gaps ended too short to ask about, since the tracker was made. */
  tooShortCount(): number
  /** Per-minute rows of the minutes that are over; 'all' at the end of a run. */
  drain(nowMs: number, scope?: 'over' | 'all'): readonly GapMinute[]
}

/** Past `routesMax` open gaps a new one is not remembered: it starts anew each time it is seen. */
export function createGapTracker(routesMax = 20_000): GapTracker {
  const lives = new Map<string, GapLife>()
  const minutes = createGapMinutes(routesMax * 2)
  let tooShort = 0

  function end(life: GapLife, atMs: number, lifeMsMin: number): GapEnd {
    minutes.addOpen(life.route, life.net, life.lastSeenMs, atMs)
    lives.delete(life.route)
    const livedMs = Math.max(atMs, life.lastSeenMs) - life.firstSeenMs
    const tooShortToAsk = livedMs < lifeMsMin
    if (tooShortToAsk) tooShort++
    return { ...life, livedMs, tooShortToAsk }
  }

  return {
    seen(route, net, nowMs) {
      const before = lives.get(route)
      if (before !== undefined) minutes.addOpen(route, before.net, before.lastSeenMs, nowMs)
      minutes.addSample(route, net, nowMs)
      const life: GapLife = {
        route,
        firstSeenMs: before?.firstSeenMs ?? nowMs,
        lastSeenMs: Math.max(before?.lastSeenMs ?? nowMs, nowMs),
        net,
        netBest: Math.max(before?.netBest ?? net, net),
        samples: (before?.samples ?? 0) + 1,
      }
      if (before !== undefined || lives.size < routesMax) lives.set(route, life)
      return life
    },
    ended(route, nowMs, lifeMsMin) {
      const life = lives.get(route)
      return life === undefined ? undefined : end(life, nowMs, lifeMsMin)
    },
    endSilent(nowMs, silentMsMax, lifeMsMin) {
      return [...lives.values()]
        .filter(({ lastSeenMs }) => nowMs - lastSeenMs > silentMsMax)
        .map((life) => end(life, life.lastSeenMs, lifeMsMin))
    },
    of: (route) => lives.get(route),
    openCount: () => lives.size,
    tooShortCount: () => tooShort,
    drain: (nowMs, scope) => minutes.drain(nowMs, scope),
  }
}
