import { expect, test } from 'vitest'
import { createVenueHalts, type Halt } from '../src/exchanges/venue-halts.ts'
import type { Unready } from '../src/exchanges/order-desk.ts'
import { clockFault, createVenueWatch } from './watch-venues.ts'

const reading = (offsetMs: number, errorMs = 5, atMs = 0) => ({ offsetMs, errorMs, atMs })

test('A14: a clock is off beyond 500 ms, and only beyond what the reading itself may be wrong by', () => {
  expect(clockFault(reading(505), undefined)).toBeUndefined()
  expect(clockFault(reading(506), undefined)).toMatch(/^its clock and ours are 506 ms apart/)
  expect(clockFault(reading(-60_000), undefined)).toMatch(/60000 ms apart/)
  expect(clockFault(reading(900, 450), undefined)).toBeUndefined()
})

test('A14: a clock that drifts by more than 50 ms a minute is off before it is far off', () => {
  expect(clockFault(reading(100, 5, 60_000), reading(40))).toBeUndefined()
  expect(clockFault(reading(110, 5, 60_000), reading(40))).toMatch(/drift apart by 60 ms a minute/)
  // What moved in a second is no more than what moved in a minute.
  expect(clockFault(reading(90, 5, 1000), reading(40))).toBeUndefined()
})

/** One venue that says what it is told to say. */
function scripted() {
  const says: { unready?: Unready | undefined; offsetMs: number; isAway: boolean } = {
    offsetMs: 0,
    isAway: false,
  }
  const changes: (Halt['cause'] | 'over')[] = []
  const halts = createVenueHalts((_, halt) => void changes.push(halt?.cause ?? 'over'))
  const away = { outcome: 'failed', reason: 'no answer' } as const
  const watch = createVenueWatch({
    gateway: {
      prepare: () => Promise.resolve(says.unready),
      balances: () => Promise.resolve(says.isAway ? away : { outcome: 'ok', value: [] }),
      clockOffset: () =>
        Promise.resolve({ outcome: 'ok', value: { offsetMs: says.offsetMs, errorMs: 1 } }),
    },
    halts,
    venues: ['okx'],
    nowMs: () => 0,
  })
  return { says, changes, halts, look: watch.look }
}

test('A10 A14: a venue is halted for its key or our clock at once, and lifted when that is over', async () => {
  const { says, changes, halts, look } = scripted()
  await look()
  says.unready = { reason: 'its key can withdraw', isDefinite: true }
  await look()
  await look()
  expect(halts.of('okx')).toEqual({ cause: 'key', reason: 'its key can withdraw' })
  says.unready = undefined
  says.offsetMs = 2000
  await look()
  says.offsetMs = 0
  await look()
  // It jumped by two seconds, which is a drift too; a minute later it stands still.
  await look()
  expect(changes).toEqual(['key', 'clock', 'over'])
})

test('a venue that has never answered is halted, one that falls silent only the third time', async () => {
  const never = scripted()
  never.says.isAway = true
  await never.look()
  expect(never.changes).toEqual(['silence'])

  const { says, changes, look } = scripted()
  await look()
  says.isAway = true
  await look()
  await look()
  expect(changes).toEqual([])
  await look()
  says.isAway = false
  await look()
  expect(changes).toEqual(['silence', 'over'])
})
