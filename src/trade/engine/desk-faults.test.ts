// What may happen to the desk itself: workers, store, clock, switch.
import { expect, test } from 'vitest'
import { openBench, type Script } from '../../../test/simulation/engine-bench.ts'
import { openRanges } from './balance.ts'

const sentOnce = (bench: ReturnType<typeof openBench>) =>
  [...bench.floor.sent.values()].every((times) => times === 1)

test('F3 F5 wherever a worker stalls for longer than its lease, nothing leaves late and nothing twice', async () => {
  for (let call = 1; call <= 30; call++) {
    const bench = openBench({ faults: { 'process stalls': [call] } })
    bench.drive()
    await bench.finish()
    expect([call, ...bench.breaches()]).toEqual([call])
    expect([call, sentOnce(bench)]).toEqual([call, true])
    expect(bench.execution().state).toMatch(/done|settled|aborted/)
  }
})

test('F4 of two workers that take up one execution at once, one acts', async () => {
  const bench = openBench()
  for (let n = 0; n < 10; n++) {
    bench.drive(0)
    bench.drive(1)
    await bench.run(30)
  }
  await bench.finish()
  expect(bench.execution().state).toBe('done')
  expect(sentOnce(bench)).toBe(true)
  expect(bench.breaches()).toEqual([])
})

test('F6 with the store away nothing is sent, wherever it goes', async () => {
  for (let call = 1; call <= 14; call++) {
    const bench = openBench({ faults: { 'store away': [call] } })
    bench.drive()
    await bench.finish()
    expect([call, ...bench.breaches()]).toEqual([call])
    expect([call, sentOnce(bench)]).toEqual([call, true])
  }
})

const primaries = (bench: ReturnType<typeof openBench>) =>
  bench.execution().legs.filter(({ role }) => role === 'primary')
const prints = ({ legs }: { readonly legs: readonly { readonly fills: readonly unknown[] }[] }) =>
  legs.reduce((sum, { fills }) => sum + fills.length, 0)

/** Both orders have left; from then on the store is away for so long, whoever asks. */
async function cutAfterSubmit(awayMs: number, faults: Script = {}) {
  const bench = openBench({ faults })
  bench.drive()
  for (let n = 0; n < 2_000 && bench.floor.sent.size < 2; n++) await bench.run(1)
  bench.floor.outage.untilMs = bench.floor.time.elapsedMs() + awayMs
  return bench
}

test('F7 what venues answer while the store is away is found out at them once it is back, and nothing is sent twice', async () => {
  for (const awayMs of [400, 2_000, 40_000, 300_000]) {
    const bench = await cutAfterSubmit(awayMs)
    await bench.run(Math.min(awayMs, 60_000) - 100)
    // Neither a new order nor one that brings home leaves on a guess.
    expect([awayMs, bench.floor.sent.size]).toEqual([awayMs, 2])
    await bench.finish()
    expect(primaries(bench).map(({ state }) => state)).toEqual(['filled', 'filled'])
    expect(prints(bench.execution())).toBeGreaterThan(1)
    expect(bench.execution().state).toBe('done')
    expect(sentOnce(bench)).toBe(true)
    expect(bench.breaches()).toEqual([])
  }
})

test('F7 an answer that the store did not hear is on the disk at once, and is what the next one begins with', async () => {
  const bench = await cutAfterSubmit(20_000, { 'rejected funds': [2] })
  await bench.run(1_000)
  const kept = bench.floor.spool.of(bench.id).map(({ submission }) => submission.outcome)
  expect(kept.toSorted()).toEqual(['accepted', 'rejected'])
  await bench.finish()
  // Nothing was ever in doubt: nobody had to prove what the venue had said.
  const states = bench.floor.committed.flatMap(({ legs }) => legs.map(({ state }) => state))
  expect(states).not.toContain('unknown')
  expect(states).toContain('rejected')
  expect(bench.floor.spool.of(bench.id)).toEqual([])
  expect(sentOnce(bench)).toBe(true)
  expect(bench.breaches()).toEqual([])
})

test('F7 whoever lets go while the store is away frees the execution the moment it is back, not at the end of its lease', async () => {
  const bench = await cutAfterSubmit(6_000)
  const epoch = () => bench.floor.store.tables.rows.get(bench.id)?.epoch
  expect(epoch()).toBe(1)
  await bench.run(6_000 + 5_000)
  expect(epoch()).toBe(2)
  await bench.finish()
  expect(bench.execution().state).toBe('done')
})

test('F7 F17 cut off from the store in the middle, a half filled trade is brought home when it is back', async () => {
  const bench = await cutAfterSubmit(90_000, { 'rejected funds': [2] })
  await bench.run(80_000)
  expect(bench.floor.sent.size).toBe(2)
  await bench.finish()
  expect(bench.floor.sent.size).toBe(3)
  expect(bench.execution().state).toMatch(/done|settled/)
  expect(sentOnce(bench)).toBe(true)
  expect(bench.breaches()).toEqual([])
})

test('F17 cut off from the venue with orders out, they are unknown, told at their worst, and found later', async () => {
  const bench = openBench({ faults: { 'answer lost': 2 } })
  bench.drive()
  for (let n = 0; n < 2_000 && bench.floor.sent.size < 2; n++) await bench.run(1)
  // The requests are there; from now on the venue is not.
  await bench.run(200)
  for (const venue of bench.floor.venues.values()) venue.goDown(90_000)
  await bench.run(45_000)
  const open = primaries(bench)
  expect(open.map(({ state }) => state)).toEqual(['unknown', 'unknown'])
  const [bought = 0n, sold = 0n] = open.map(({ amount }) => amount as bigint)
  expect(openRanges(bench.execution())).toContainEqual({
    asset: 'SOL',
    least: -sold,
    most: bought,
  })
  expect(bench.floor.sent.size).toBe(2)
  await bench.finish()
  expect(primaries(bench).map(({ state }) => state)).toEqual(['filled', 'filled'])
  expect(sentOnce(bench)).toBe(true)
  expect(bench.breaches()).toEqual([])
})

test.each([-86_400_000, -60_000, 60_000, 86_400_000])(
  'F12 a clock that jumps by %i ms in the middle of a trade sends nothing twice and ends nothing early',
  async (jumpMs) => {
    for (const atMs of [1, 120, 400, 900, 1_600]) {
      const bench = openBench({ faults: { 'answer lost': [1] } })
      bench.drive()
      await bench.run(atMs)
      for (const worker of bench.floor.workers) worker.turnClock(jumpMs)
      await bench.finish()
      const { state } = bench.execution()
      expect([atMs, state, ...bench.breaches()]).toEqual([
        atMs,
        expect.stringMatching(/done|settled|aborted/),
      ])
      expect([atMs, sentOnce(bench)]).toEqual([atMs, true])
      // Judged by its own monotonic clock an order that may have arrived is never given up too soon.
      for (const leg of primaries(bench))
        expect([atMs, leg.state]).not.toEqual([atMs, 'never-accepted'])
    }
  },
)

test.each([-60_000, -900, 900, 60_000])(
  'A14 with a clock that is %i ms off a venue’s nothing is sent, and the reason says so',
  async (jumpMs) => {
    const bench = openBench()
    for (const worker of bench.floor.workers) worker.turnClock(jumpMs)
    bench.drive()
    await bench.finish()
    expect(bench.floor.sent.size).toBe(0)
    expect(bench.execution()).toMatchObject({ state: 'aborted' })
    expect(bench.execution().reason).toMatch(/^the clock of v1 is -?\d+\.\d s off ours/)
  },
)

test.each<[string, Script]>([
  ['was', { 'commit not heard': [] }],
  ['was not', { 'commit not done': [] }],
])(
  'F8 a commit nobody heard of that %s done is read again before anything is sent',
  async (_, fault) => {
    const [kind] = Object.keys(fault) as (keyof Script)[]
    for (let commit = 1; commit <= 10; commit++) {
      const bench = openBench({ faults: { [kind as string]: [commit] } })
      bench.drive()
      await bench.finish()
      expect([commit, bench.execution().state]).toEqual([commit, 'done'])
      expect([bench.wires('x00'), bench.wires('x01')]).toEqual([1, 1])
      expect(bench.breaches()).toEqual([])
    }
  },
)

test('G1 an execution goes by the terms it was made with', async () => {
  const bench = openBench({ faults: { 'rejected funds': [2] } })
  const { terms } = bench.execution()
  bench.drive()
  await bench.finish()
  expect(bench.execution().terms).toBe(terms)
})

test('G2 after the kill no new order leaves', async () => {
  const bench = openBench()
  bench.floor.store.press('killed')
  bench.drive()
  await bench.finish()
  expect(bench.floor.sent.size).toBe(0)
  expect(bench.execution()).toMatchObject({ state: 'aborted', reason: 'the desk is killed' })
  expect(bench.alerts()).toContain('forbidden')
})

/** The first leg of two is filled when the switch is pressed, whatever becomes of the workers. */
async function pressedBetweenLegs(mode: 'killed' | 'frozen') {
  const bench = openBench({ terms: { sending: 'flakier-first' } })
  bench.drive()
  for (let n = 0; n < 1_000 && bench.execution().legs[0]?.state !== 'acked'; n++) await bench.run(1)
  bench.floor.store.press(mode)
  await bench.finish()
  return bench
}

test('G2 a kill between two legs forbids the second, and lets the first be brought home', async () => {
  const bench = await pressedBetweenLegs('killed')
  const roles = [...bench.floor.sent.keys()].map((id) => id.at(-5))
  expect(roles.filter((role) => role === 'x')).toHaveLength(1)
  expect(roles).toHaveLength(2)
  expect(bench.execution().state).toMatch(/done|settled/)
  expect(bench.floor.store.tables.mode).toBe('killed')
  expect(bench.breaches()).toEqual([])
})

test('G2 frozen, not even what reduces risk leaves: it is a person’s', async () => {
  const bench = await pressedBetweenLegs('frozen')
  expect(bench.floor.sent.size).toBe(1)
  expect(bench.execution().state).toBe('exposed')
  expect(bench.alerts()).toContain('exposed')
})

test('driving what has come to its end changes nothing', async () => {
  const scripts: readonly Script[] = [{}, { 'rejected funds': [2], 'no quote': 1_000 }]
  for (const faults of scripts) {
    const bench = openBench({ faults, terms: { hedgeMsMax: 3_000 } })
    bench.drive()
    await bench.finish()
    const before = bench.execution()
    bench.drive(0)
    bench.drive(1)
    await bench.run(30_000)
    expect(bench.execution()).toEqual(before)
  }
})
