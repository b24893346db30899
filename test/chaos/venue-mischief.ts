// What the venues of a chaos run do wrong, one at a time and for a short while each.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../simulation/random.ts'
import { chaosSymbols, chaosVenues } from './chaos-world.ts'

type Fault = Readonly<Record<string, unknown>> & { readonly kind: string }
/** `lastsMs`: the venue is healed after that. Absent: it happens once. */
type Trouble = { readonly fault: Fault; readonly lastsMs?: number }

const html = '<html><h1>502 Bad Gateway</h1></html>'
const calls = ['place', 'place', 'lookup', 'read', 'cancel'] as const

/** No longer than a venue's card promises: a request in flight is dead some seconds after it was signed. */
const lateMsMax = 2_500
const clockMsMax = 45_000

const troubles: readonly ((random: Random) => Trouble)[] = [
  (random) => ({ fault: { kind: 'lost-reply', on: random.pick(calls), times: 1 } }),
  () => ({ fault: { kind: 'lost-reply', on: 'place', times: 1 } }),
  (random) => ({
    fault: { kind: 'lost-reply', on: 'place', lateMs: random.whole(100, lateMsMax), times: 1 },
  }),
  (random) => ({
    fault: {
      kind: 'wrong-reply',
      on: random.pick(calls),
      ...random.pick([
        { status: 502, body: html },
        { status: 200, body: '' },
        { status: 503, body: '{"msg":"maintenance"}' },
        { status: 429, body: '{}' },
      ]),
      acts: random.chance(0.5),
      times: random.whole(1, 3),
    },
  }),
  (random) => ({ fault: { kind: 'other-reply', on: random.pick(['place', 'lookup']), times: 1 } }),
  (random) => ({
    fault: { kind: 'not-found', forMs: random.whole(500, 4_000), lists: random.chance(0.5) },
  }),
  (random) => ({ fault: { kind: 'forgetful' }, lastsMs: random.whole(1_000, 4_000) }),
  (random) => ({ fault: { kind: 'takes-duplicates' }, lastsMs: random.whole(1_000, 4_000) }),
  (random) => ({
    fault: {
      kind: 'split',
      prints: random.whole(2, 6),
      times: 2,
      ...(random.chance(0.5) && { everyMs: random.whole(20, 400) }),
    },
  }),
  (random) => ({ fault: { kind: 'late-fill', delayMs: random.whole(50, 2_000), times: 1 } }),
  (random) => ({ fault: { kind: 'overfill', bps: random.whole(1, 500), times: 1 } }),
  (random) => ({ fault: { kind: 'worse-price', bps: random.whole(1, 50), times: 1 } }),
  (random) => ({ fault: { kind: 'moved-price', bps: random.whole(10, 100), times: 2 } }),
  (random) => ({ fault: { kind: 'frozen' }, lastsMs: random.whole(500, 2_000) }),
  (random) => ({ fault: { kind: 'stale-balances' }, lastsMs: random.whole(1_000, 4_000) }),
  (random) => ({
    fault: { kind: 'clock', offsetMs: random.whole(-clockMsMax, clockMsMax) },
    lastsMs: random.whole(500, 3_000),
  }),
  (random) => ({
    fault: { kind: 'market', symbol: random.pick(chaosSymbols), state: 'halted' },
    lastsMs: random.whole(500, 3_000),
  }),
  (random) => ({ fault: { kind: 'rest', status: 503, body: html, times: random.whole(1, 5) } }),
  (random) => ({ fault: { kind: 'rest', delayMs: random.whole(200, 2_500), times: 3 } }),
]

/** @throws Error when the venue servers do not take it: that is a mistake of this program. */
async function ask(venuesUrl: string, venue: string, fault: Fault): Promise<void> {
  const response = await fetch(`${venuesUrl}/simulator/faults`, {
    method: 'POST',
    body: JSON.stringify({ venue, ...fault }),
  })
  if (!response.ok) throw new Error(`${fault.kind}: ${await response.text()}`)
}

/** One more trouble at one venue; resolves when it has passed. Answers what it was. */
export async function trouble(venuesUrl: string, random: Random): Promise<string> {
  const venue = random.pick(chaosVenues)
  const { fault, lastsMs } = random.pick(troubles)(random)
  await ask(venuesUrl, venue, fault)
  if (lastsMs !== undefined) {
    await sleep(lastsMs)
    await ask(venuesUrl, venue, { kind: 'heal' })
  }
  return fault.kind
}

export async function healVenues(venuesUrl: string): Promise<void> {
  for (const venue of chaosVenues) await ask(venuesUrl, venue, { kind: 'heal' })
}
