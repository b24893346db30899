// What a soak says about a desk, worked out of what was seen of it every ten seconds.
import type { RoleFacts } from '../../workers/role-run.ts'
import { countOf, percentileOf, readTally, tallySince, type Buckets } from '../../workers/tally.ts'

/** One look at the desk. */
export type Sample = {
  readonly atMs: number
  /** Resident memory by role, MB. */
  readonly rssMb: ReadonlyMap<string, number>
  /** What the trading loop says of itself. */
  readonly loop: RoleFacts
  /** How late the event loop of the soak itself ran, a tally: what the machine does to any process. */
  readonly noise: string
  readonly restarts: number
}

/** MB by role, garbage collected, before and after the measuring. */
export type Held = Readonly<Record<'before' | 'after', ReadonlyMap<string, number>>>

/** Counted since the measuring began. */
export type Counts = {
  readonly opportunities: number
  readonly trades_settled: number
  readonly exposures: number
  readonly leases_lost: number
}

export type ChatCount = { readonly delivered: number; readonly duplicated: number }

export type Wanted = { readonly messagesPerSecond: number }

const limits = {
  decisionP99MsMax: 50,
  lagP99MsMax: 20,
  /** Per ten minutes. */
  growthMbMax: 1,
  /** By so much two collections of one process may differ, and a short run says no more. */
  growthNoiseMb: 2,
  /** Of the messages wanted: with less, nothing was proved. */
  messagesShareMin: 0.9,
} as const

const growthMs = 600_000

const rounded = (value: number): number => Number(value.toPrecision(3))
const tallyIn = ({ loop, noise }: Sample, name: string): Buckets =>
  readTally(name === 'noise' ? noise : String(loop[name] ?? ''))

/** Between two looks: how long things took, as far as it was counted then. */
function spanOf(from: Sample, to: Sample, name: string) {
  const buckets = tallySince(tallyIn(to, name), tallyIn(from, name))
  const at = (percent: number) => {
    const ms = percentileOf(buckets, percent)
    return Number.isNaN(ms) ? null : rounded(ms)
  }
  return { p50: at(50), p99: at(99), most: at(100), count: countOf(buckets) }
}

/** By the loop's own clock: it tells of itself less often than it is asked. */
function messagesPerSecond(from: Sample, to: Sample): number {
  const seconds = (Date.parse(String(to.loop['at'])) - Date.parse(String(from.loop['at']))) / 1000
  const count = Number(to.loop['messages']) - Number(from.loop['messages'])
  return seconds > 0 && count >= 0 ? Math.round(count / seconds) : 0
}

function memoryOf(samples: readonly Sample[], { before, after }: Held) {
  const roles = [...new Set(samples.flatMap(({ rssMb }) => [...rssMb.keys()]))]
  const megabytes = (mb: number | undefined) => (mb === undefined ? null : rounded(mb))
  return roles.map((role) => {
    const resident = samples.flatMap(({ rssMb }) => rssMb.get(role) ?? [])
    const [from, to] = [before.get(role), after.get(role)]
    return [
      role,
      {
        resident_mb: rounded(resident.at(-1) ?? 0),
        resident_mb_most: rounded(Math.max(...resident)),
        held_mb_before: megabytes(from),
        held_mb_after: megabytes(to),
        growth_mb: from === undefined || to === undefined ? null : Number((to - from).toFixed(2)),
      },
    ] as const
  })
}

export type Figures = ReturnType<typeof figuresOf>

/** Everything of one run; `samples` begin after the warm-up. */
export function figuresOf(
  samples: readonly Sample[],
  held: Held,
  counts: Counts,
  chats: Readonly<Record<string, ChatCount>>,
) {
  const from = samples[0]
  const to = samples.at(-1)
  if (from === undefined || to === undefined) throw new Error('nothing was measured')
  const decision = spanOf(from, to, 'sinceVenue')
  const frame = spanOf(from, to, 'decisions')
  const look = spanOf(from, to, 'looks')
  const lag = spanOf(from, to, 'lag')
  const noise = spanOf(from, to, 'noise')
  const minutes = (to.atMs - from.atMs) / 60_000
  return {
    minutes: rounded(minutes),
    messages_per_s: messagesPerSecond(from, to),
    decisions: decision.count,
    decision_p50_ms: decision.p50,
    decision_p99_ms: decision.p99,
    decision_most_ms: decision.most,
    frame_to_decision_p50_ms: frame.p50,
    frame_to_decision_p99_ms: frame.p99,
    look_p50_ms: look.p50,
    look_p99_ms: look.p99,
    loop_lag_p50_ms: lag.p50,
    loop_lag_p99_ms: lag.p99,
    loop_lag_most_ms: lag.most,
    noise_lag_p99_ms: noise.p99,
    noise_lag_most_ms: noise.most,
    memory: Object.fromEntries(memoryOf(samples, held)),
    opportunities_per_min: rounded(counts.opportunities / minutes),
    ...counts,
    restarts: to.restarts,
    chats,
  }
}

/** The names of the limits that were broken. */
export function breachesOf(figures: Figures, wanted: Wanted): readonly string[] {
  const { decisionP99MsMax, lagP99MsMax, growthMbMax, growthNoiseMb, messagesShareMin } = limits
  // What could not be measured was not kept.
  const isAbove = (value: number | null, most: number) => value === null || !(value <= most)
  const breaches: string[] = []
  const note = (name: string, isBroken: boolean) => void (isBroken && breaches.push(name))
  note('messages_per_s', !(figures.messages_per_s >= wanted.messagesPerSecond * messagesShareMin))
  note('decision_p99_ms', isAbove(figures.decision_p99_ms, decisionP99MsMax))
  note('loop_lag_p99_ms', isAbove(figures.loop_lag_p99_ms, lagP99MsMax))
  const growthMost = Math.max(growthNoiseMb, (growthMbMax * figures.minutes * 60_000) / growthMs)
  for (const [role, { growth_mb: growth }] of Object.entries(figures.memory))
    note(`growth_mb ${role}`, isAbove(growth, growthMost))
  note('leases_lost', figures.leases_lost > 0)
  note('restarts', figures.restarts > 0)
  for (const [chat, { duplicated }] of Object.entries(figures.chats))
    note(`duplicated ${chat}`, duplicated > 0)
  return breaches
}

/** Between the last two looks, in one line. */
export function progressLine(from: Sample, to: Sample, counts: Counts): string {
  const ms = (value: number | null) => (value === null ? '?' : `${value} ms`)
  const memory = [...to.rssMb].map(([role, mb]) => `${role} ${Math.round(mb)}`).join(' ')
  return [
    `${messagesPerSecond(from, to)} messages/s`,
    `decision p99 ${ms(spanOf(from, to, 'sinceVenue').p99)}`,
    `lag p99 ${ms(spanOf(from, to, 'lag').p99)} (noise ${ms(spanOf(from, to, 'noise').p99)})`,
    `MB: ${memory}`,
    `${counts.opportunities} opportunities`,
    `${counts.trades_settled} settled`,
    `${counts.exposures} exposed`,
    `${counts.leases_lost} leases lost`,
  ].join(', ')
}
