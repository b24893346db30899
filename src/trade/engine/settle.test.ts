// How an execution ends, what is told of its end, and what may be decided before it has.
import { expect, test } from 'vitest'
import { openBench, type BenchOptions } from '../../../test/simulation/engine-bench.ts'
import { format } from '../../money.ts'
import { changesOf } from './balance.ts'
import { decide } from './decide.ts'
import { answerDueAt, whyNot, whyNoWayHome } from './obey.ts'

async function finished(options: BenchOptions = {}) {
  const bench = openBench(options)
  bench.drive()
  await bench.finish()
  const alerts = [...bench.floor.store.tables.alerts.values()]
  return { bench, execution: bench.execution(), alerts }
}

async function exposed(options: BenchOptions = {}) {
  const bench = openBench({
    faults: { 'rejected funds': [2] },
    terms: { singleLeg: 'hold', unanswered: 'reverse' },
    ...options,
  })
  bench.drive()
  await bench.run(8_000)
  expect(bench.execution().state).toBe('exposed')
  return bench.execution()
}

test('the end says what the trade made, of its own asset', async () => {
  const { execution, alerts } = await finished()
  const net = format(changesOf(execution).get('USDT') ?? 0n)
  expect(alerts.filter(({ kind }) => kind === 'settled')).toMatchObject([
    { severity: 'P2', text: `${execution.id} ended with ${net} USDT` },
  ])
  expect(alerts.filter(({ kind }) => kind === 'leftover')).toEqual([])
  expect(execution).toMatchObject({ state: 'done', held: [], wakeAt: undefined })
  expect(execution.planEnded).toBe(true)
})

test('what is left over is told with its amount, once', async () => {
  const { execution, alerts } = await finished({
    faults: { overfill: 1 },
    terms: { dustMax: 10n ** 30n },
  })
  const left = format(changesOf(execution).get('SOL') ?? 0n)
  expect(execution.state).toBe('settled-with-diff')
  expect(alerts.filter(({ kind }) => kind === 'leftover')).toMatchObject([
    { severity: 'P2', text: `${execution.id} left ${left} SOL in the inventory` },
  ])
})

test('a trade of which nothing was filled says so, or what its venues said no to', async () => {
  const nothing = await finished({ faults: { 'zero fill': [1, 2] } })
  expect(nothing.execution).toMatchObject({ state: 'aborted', reason: 'nothing was filled' })
  const refused = await finished({
    faults: { 'rejected funds': 10 },
    terms: { attemptsMax: 1 },
  })
  const { legs, state, reason = '' } = refused.execution
  expect(state).toBe('aborted')
  const said = legs.filter((leg) => leg.state === 'rejected')
  expect(said).toHaveLength(2)
  for (const leg of said) {
    const line = `${leg.market.venue} ${leg.market.symbol}: ${leg.reason}`
    expect(reason.split('; ')).toContain(line)
    expect(refused.alerts).toContainEqual(
      expect.objectContaining({
        kind: 'leg-rejected',
        severity: 'P1',
        text: `${leg.market.venue} ${leg.market.symbol} was rejected: ${leg.reason}`,
      }),
    )
  }
})

test('only what waits for a decision takes one, and each has its reason', async () => {
  const open = await exposed()
  for (const choice of ['hold', 'accept', 'hedge', 'reverse', 'proceed'] as const)
    expect([choice, whyNot(open, choice)]).toEqual([choice, undefined])
  expect(whyNot(open, 'retry')).toMatch(/^what was agreed is to ask a person/)
  const hedged = { ...open, terms: { ...open.terms, singleLeg: 'hedge' as const } }
  expect(whyNot(hedged, 'retry')).toBeUndefined()
  const { execution } = await finished()
  for (const choice of ['hold', 'accept', 'retry', 'hedge'] as const)
    expect(whyNot(execution, choice)).toBe('it does not wait for a decision')
  expect(whyNoWayHome(execution)).toBe('nothing is open')
  const changed = (state: 'escalated' | 'acked') => ({
    ...open,
    legs: open.legs.map((leg, n) => (n === 0 ? { ...leg, state } : leg)),
  })
  const venue = open.legs[0]?.market.venue
  expect(whyNoWayHome(changed('escalated'))).toBe(
    `nobody knows what became of the order on ${venue}: look there first`,
  )
  expect(whyNot(changed('escalated'), 'accept')).toBeUndefined()
  expect(whyNot(changed('acked'), 'reverse')).toBe('an order is on its way')
})

test('the desk decides by itself once, when its time has come, and never what a person holds', async () => {
  const open = await exposed()
  const since = open.exposedAt as Date
  const due = new Date(since.getTime() + open.terms.answerMsMax)
  expect(answerDueAt(open)).toEqual(due)
  expect(open.wakeAt).toEqual(due)
  const early = decide(open, { type: 'timer' }, new Date(due.getTime() - 1))
  expect(early.execution.resolution).toBeUndefined()
  const late = decide(open, { type: 'timer' }, due).execution
  expect(late).toMatchObject({
    unansweredAt: due,
    resolution: { choice: 'reverse', by: 'desk', at: due, exposedAt: since },
  })
  expect(answerDueAt(late)).toBeUndefined()
  expect(answerDueAt({ ...open, unansweredAt: since })).toBeUndefined()
  expect(answerDueAt({ ...open, state: 'imbalanced' })).toBeUndefined()
  expect(answerDueAt({ ...open, terms: { ...open.terms, unanswered: 'hold' } })).toBeUndefined()
  const said = { type: 'operator', choice: 'hold', by: 'discord:ann', answer: 'answ1' } as const
  const held = decide(open, said, new Date(since.getTime() + 5)).execution
  expect(held.resolution).toMatchObject({
    choice: 'hold',
    by: 'discord:ann',
    at: new Date(since.getTime() + 5),
    answer: 'answ1',
  })
  expect(answerDueAt(held)).toBeUndefined()
  const other = { ...held, exposedAt: new Date(since.getTime() + 9) }
  expect(answerDueAt(other)).toEqual(new Date(due.getTime() + 9))
})

test('a person who takes it as it is ends what nobody could find, by what was booked of it', async () => {
  const open = await exposed()
  const now = new Date((open.exposedAt as Date).getTime() + 1_000)
  const lost = {
    ...open,
    legs: open.legs.map((leg) =>
      leg.role === 'primary' ? { ...leg, state: 'escalated' as const } : leg,
    ),
  }
  const taken = decide(lost, { type: 'operator', choice: 'accept', by: 'discord:ann' }, now)
  const primaries = taken.execution.legs.filter(({ role }) => role === 'primary')
  expect(primaries.map(({ reason }) => reason)).toEqual(
    primaries.map(() => 'taken as it is by discord:ann'),
  )
  expect(primaries.map(({ fills, state }) => [fills.length > 0, state])).toEqual(
    expect.arrayContaining([
      [true, expect.stringMatching(/partial-done|filled/)],
      [false, 'cancelled-zero'],
    ]),
  )
  expect(taken.execution).toMatchObject({ accepted: true, exposedAt: undefined })
})
