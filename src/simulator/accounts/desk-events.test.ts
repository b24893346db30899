// What private streams are told while they are spoilt.
import { expect, test } from 'vitest'
import { createDeskEvents } from './desk-events.ts'
import { createDeskFaults } from './desk-faults.ts'

function openStream() {
  const faults = createDeskFaults()
  const events = createDeskEvents(faults)
  const times: number[] = []
  const stop = events.listen('key', (event) => {
    if (event.kind === 'balances') times.push(event.timeMs)
  })
  const tell = (timeMs: number) => events.tell('key', { kind: 'balances', balances: [], timeMs })
  return { faults, tell, times, stop }
}

test('C1 a quiet stream tells nothing, and goes on when healed', () => {
  const { faults, tell, times } = openStream()
  faults.add({ kind: 'quiet-stream' })
  tell(1)
  faults.clear()
  tell(2)
  expect(times).toEqual([2])
})

test('B8 a stuttering stream tells everything twice', () => {
  const { faults, tell, times } = openStream()
  faults.add({ kind: 'stuttering-stream' })
  tell(1)
  tell(2)
  expect(times).toEqual([1, 1, 2, 2])
})

test('B8 a replaying stream says the one before again after each, and a late one says it later', async () => {
  const { faults, tell, times } = openStream()
  tell(1)
  faults.add({ kind: 'replaying-stream' })
  tell(2)
  tell(3)
  expect(times).toEqual([1, 2, 1, 3, 2])
  faults.clear()
  faults.add({ kind: 'late-stream', delayMs: 1 })
  tell(4)
  expect(times).toHaveLength(5)
  await expect.poll(() => times.at(-1)).toBe(4)
})

test('C2 a lossy stream loses as many events as were asked for', () => {
  const { faults, tell, times } = openStream()
  faults.add({ kind: 'lossy-stream', times: 2 })
  for (const timeMs of [1, 2, 3]) tell(timeMs)
  expect(times).toEqual([3])
})

test('whoever stopped listening is told nothing more', () => {
  const { tell, times, stop } = openStream()
  tell(1)
  stop()
  tell(2)
  expect(times).toEqual([1])
})
