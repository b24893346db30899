import { expect, test } from 'vitest'
import { judge } from './judge.ts'

const startMs = Date.UTC(2026, 0, 1)
const at = (seconds: number) => new Date(startMs + seconds * 1000).toISOString()
const gap = (id: string, from: number, to: number, more = {}) => ({
  id,
  kind: 'cross' as const,
  route: `cross ${id}/USDT okx>mexc`,
  venues: ['okx', 'mexc'],
  from: at(from),
  to: at(to),
  net_at_top: 0.01,
  capacity: 2000,
  decoy: null,
  ...more,
})
const offer = (id: string, seconds: number) => ({
  route: `cross ${id}/USDT okx>mexc`,
  detected_at: at(seconds),
})
const run = { fromMs: startMs, toMs: startMs + 45_000 }

test('an offer is right while its gap is there, and for a moment after', () => {
  const truth = [gap('A', 5, 20), gap('B', 5, 20, { decoy: 'stale quote' })]
  expect(judge(truth, [offer('A', 6), offer('A', 20.1)], run)).toMatchObject({
    recall: 1,
    precision: 1,
    delaysMs: new Map([['A', 1000]]),
  })
  for (const wrong of [offer('A', 4.9), offer('A', 20.3), offer('B', 6), offer('C', 6)])
    expect(judge(truth, [offer('A', 6), wrong], run)).toMatchObject({
      precision: 0.5,
      falseOffers: [wrong],
    })
})

test('an offer is due for a gap of three seconds within the run that the settings let pass', () => {
  const truth = [
    gap('BEFORE', -20, 2.9),
    gap('EARLY', -20, 3),
    gap('SHORT', 10, 12.9),
    gap('LATE', 42.1, 80),
    gap('THIN', 10, 20, { net_at_top: 0.004 }),
    gap('SHALLOW', 10, 20, { capacity: 100 }),
    gap('MISSED', 10, 20),
  ]
  const { due, missed, recall } = judge(truth, [offer('EARLY', 1.1)], run)
  expect(due.map(({ id }) => id)).toEqual(['EARLY', 'MISSED'])
  expect(missed.map(({ id }) => id)).toEqual(['MISSED'])
  expect(recall).toBe(0.5)
})
