import fc from 'fast-check'
import { expect, test } from 'vitest'
import { maxFor, type Budgets, type Rate } from './budget.ts'
import { createSendQueue, type Entry } from './send-queue.ts'

const telegram: Budgets = {
  payerOf: (chat) => chat.split('/')[0] ?? chat,
  ofChat: (chat) => ({
    sends: [{ max: 1, perMs: 1000 }],
    edits: [{ max: 1, perMs: 1000 }],
    both: chat.startsWith('-') ? [{ max: 20, perMs: 60_000 }] : [],
  }),
  overall: [{ max: 30, perMs: 1000 }],
}
const unlimited: Budgets = { ofChat: () => ({ sends: [], edits: [], both: [] }), overall: [] }
const entry = (changes: Partial<Entry> = {}): Entry => ({
  chat: '-1',
  key: 'a',
  rank: 4,
  order: 1,
  isEdit: false,
  dueMs: 0,
  ...changes,
})

const anyEntry = fc.record({
  chat: fc.constantFrom('-1', '-1/7', '-2', '3'),
  key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  rank: fc.integer({ min: 0, max: 5 }),
  order: fc.integer({ min: 0, max: 1000 }),
  isEdit: fc.boolean(),
  dueMs: fc.integer({ min: 0, max: 5000 }),
})
type Step =
  | { readonly step: 'put'; readonly entry: Entry }
  | { readonly step: 'later'; readonly ms: number }
  | { readonly step: 'take' }
  | { readonly step: 'done'; readonly which: number }
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: anyEntry.map((put): Step => ({ step: 'put', entry: put })) },
  { weight: 3, arbitrary: fc.constant<Step>({ step: 'take' }) },
  { weight: 2, arbitrary: fc.nat(9).map((which): Step => ({ step: 'done', which })) },
  { weight: 2, arbitrary: fc.nat(2500).map((ms): Step => ({ step: 'later', ms })) },
)

/** Runs the steps and answers every request in order: when, and what. */
function run(steps: readonly Step[], budgets: Budgets) {
  const queue = createSendQueue(budgets)
  const sent: { readonly atMs: number; readonly entry: Entry }[] = []
  const underWay: Entry[] = []
  const put = new Map<string, Entry>()
  let nowMs = 0
  for (const step of steps)
    switch (step.step) {
      case 'put':
        queue.put(step.entry)
        put.set(`${step.entry.chat} ${step.entry.key}`, step.entry)
        break
      case 'later':
        nowMs += step.ms
        break
      case 'take': {
        const taken = queue.take(nowMs)
        if (taken === undefined) break
        sent.push({ atMs: nowMs, entry: taken })
        underWay.push(taken)
        break
      }
      case 'done': {
        const [ended] = underWay.splice(step.which % (underWay.length || 1), 1)
        if (ended !== undefined) queue.done(ended)
        break
      }
    }
  return { queue, sent, put, underWay, nowMs }
}

const within = (moments: readonly number[], rate: Rate, rank: number) =>
  moments.every(
    (ms, i) =>
      moments.slice(0, i).filter((before) => before > ms - rate.perMs).length < maxFor(rate, rank),
  )

test('E12 no chat is asked more often than its platform takes, whatever comes', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 200 }), (steps) => {
      const { sent } = run(steps, telegram)
      for (const chat of ['-1', '-2', '3'])
        for (const isEdit of [true, false]) {
          const lane = sent.filter(
            ({ entry: e }) => e.chat.split('/')[0] === chat && e.isEdit === isEdit,
          )
          expect(
            within(
              lane.map(({ atMs }) => atMs),
              { max: 1, perMs: 1000 },
              0,
            ),
          ).toBe(true)
        }
      const group = sent.filter(({ entry: e }) => e.chat.startsWith('-1')).map(({ atMs }) => atMs)
      expect(within(group, { max: 20, perMs: 60_000 }, 0)).toBe(true)
    }),
    { seed: 12, numRuns: 300 },
  )
})

test('nothing is lost: what was put last for a message is sent, waits, or is under way', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 200 }), (steps) => {
      const { queue, sent, put } = run(steps, telegram)
      const left = new Set([...queue.waiting(), ...sent.map(({ entry: each }) => each)])
      for (const last of put.values()) expect(left.has(last)).toBe(true)
    }),
    { seed: 13, numRuns: 300 },
  )
})

test('a message is under way once at a time, and a chat has one way, two for what must not wait', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 200 }), (steps) => {
      for (let upTo = 0; upTo <= steps.length; upTo += 20) {
        const { underWay } = run(steps.slice(0, upTo), unlimited)
        const names = underWay.map(({ chat, key }) => `${chat} ${key}`)
        expect(new Set(names).size).toBe(names.length)
        for (const chat of ['-1', '-2', '3']) {
          const ways = underWay.filter((each) => each.chat === chat)
          expect(ways.length).toBeLessThanOrEqual(2)
          expect(ways.filter(({ rank }) => rank > 0).length).toBeLessThanOrEqual(1)
        }
      }
    }),
    { seed: 14, numRuns: 100 },
  )
})

test('what waitMs promises is kept: after it there is something, before it there is not', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 100 }), (steps) => {
      const { queue, nowMs } = run(steps, telegram)
      const waitMs = queue.waitMs(nowMs)
      if (waitMs > 0) expect(queue.take(nowMs + Math.min(waitMs, 1e6) - 1)).toBeUndefined()
      expect(queue.take(nowMs + waitMs) !== undefined).toBe(waitMs !== Infinity)
    }),
    { seed: 15, numRuns: 300 },
  )
})

test('of all that may go, the most urgent goes first and the oldest of those', () => {
  fc.assert(
    fc.property(fc.array(anyEntry, { minLength: 1, maxLength: 30 }), (entries) => {
      const queue = createSendQueue(unlimited)
      const last = new Map(entries.map((each) => [`${each.chat} ${each.key}`, each]))
      for (const each of entries) queue.put({ ...each, dueMs: 0 })
      const order: Entry[] = []
      for (let next = queue.take(0); next !== undefined; next = queue.take(0)) {
        order.push(next)
        queue.done(next)
      }
      expect(order).toHaveLength(last.size)
      const sorted = order.toSorted((a, b) => a.rank - b.rank || a.order - b.order)
      expect(order.map(({ rank, order: at }) => [rank, at])).toEqual(
        sorted.map(({ rank, order: at }) => [rank, at]),
      )
    }),
    { seed: 16, numRuns: 200 },
  )
})

test('E12 an edit that has become old news is replaced by the newer one', () => {
  const queue = createSendQueue(telegram)
  queue.put(entry({ isEdit: true, order: 1, rank: 2 }))
  queue.put(entry({ isEdit: true, order: 2, rank: 1 }))
  expect(queue.take(0)).toMatchObject({ order: 2, rank: 1 })
  expect(queue.take(0)).toBeUndefined()
})

test('a flood of gaps leaves room for an exposure in the same minute', () => {
  const queue = createSendQueue(telegram)
  let sent = 0
  for (let nowMs = 0; nowMs < 59_000; nowMs += 1000) {
    queue.put(entry({ key: `gap ${nowMs}`, order: nowMs }))
    const taken = queue.take(nowMs)
    if (taken === undefined) continue
    sent++
    queue.done(taken)
  }
  expect(sent).toBe(14)
  queue.put(entry({ key: 'asked', rank: 2 }))
  const asked = queue.take(59_000)
  expect(asked).toMatchObject({ key: 'asked' })
  queue.put(entry({ key: 'exposed', rank: 0 }))
  expect(queue.take(60_000)).toMatchObject({ key: 'exposed' })
})

test('a P0 alert does not wait behind a request that hangs', () => {
  const queue = createSendQueue(unlimited)
  queue.put(entry({ key: 'hangs' }))
  queue.take(0)
  queue.put(entry({ key: 'next' }))
  queue.put(entry({ key: 'p0', rank: 0 }))
  expect(queue.take(0)).toMatchObject({ key: 'p0' })
  expect(queue.take(0)).toBeUndefined()
})

test('E12 a chat that the platform holds back waits, and the others do not', () => {
  const queue = createSendQueue(unlimited)
  queue.hold('-1', 30_000)
  queue.put(entry({ rank: 0 }))
  queue.put(entry({ chat: '-2', rank: 5 }))
  expect(queue.take(0)).toMatchObject({ chat: '-2' })
  expect(queue.waitMs(0)).toBe(30_000)
  expect(queue.take(30_000)).toMatchObject({ chat: '-1' })
})

test('E12 the topics of a group share what it takes, and are held back with it', () => {
  const queue = createSendQueue(telegram)
  queue.put(entry({ chat: '-1/7', key: 'a' }))
  queue.put(entry({ chat: '-1/8', key: 'b' }))
  expect(queue.take(0)).toMatchObject({ chat: '-1/7' })
  expect(queue.take(999)).toBeUndefined()
  expect(queue.waitMs(999)).toBe(1)
  queue.hold('-1/7', 5000)
  expect(queue.take(1000)).toBeUndefined()
  expect(queue.take(5000)).toMatchObject({ chat: '-1/8' })
})

test('answers to commands count against what a chat takes', () => {
  const queue = createSendQueue(telegram)
  queue.spend('-1', false, 0)
  queue.put(entry())
  expect(queue.take(999)).toBeUndefined()
  expect(queue.take(1000)).toMatchObject({ key: 'a' })
})
