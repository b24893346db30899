import { afterAll, beforeAll, expect, test } from 'vitest'
import { ann, cardIn, openTestDesk, textOf, type TestDesk } from '../../test/desk.ts'

let desk: TestDesk
beforeAll(async () => {
  desk = await openTestDesk()
})
afterAll(() => desk.close())

test('a desk that never ran has said nothing', async () => {
  expect(textOf(await desk.say('logs'))).toContain('Nothing was said yet')
  expect(textOf(await desk.say('logs --part sweep'))).toContain('No line matches')
})

test('logs are for the one operator who asked, filtered by level and part, a page at a time', async () => {
  const at = new Date('2025-11-20T12:00:00Z')
  const line = (text: string, level: 'debug' | 'info' | 'warn', part: string) => ({
    at,
    level,
    part,
    text,
    facts: 'ms=12',
  })
  const { logs } = desk.runtime
  await logs.add('sweep 11', [line('six venues read', 'info', 'sweep'), line('hm', 'debug', '')])
  await logs.add('loop 12', [line('kucoin stalls', 'warn', 'feed')])
  const card = cardIn(await desk.say('logs'))
  expect(card).toMatchObject({ isPrivate: true, tone: 'warning' })
  expect(card.tables?.[0]?.rows).toEqual([
    ['2025-11-20 12:00:00 UTC', 'warn', 'loop 12 feed', 'kucoin stalls  ms=12'],
    ['2025-11-20 12:00:00 UTC', 'info', 'sweep 11', 'six venues read  ms=12'],
  ])
  expect(cardIn(await desk.say('logs --level debug')).json).toHaveLength(3)
  expect(cardIn(await desk.say('logs --part SWEEP --level debug')).json).toHaveLength(2)
  const first = cardIn(await desk.say('logs 1 --level info'))
  const [older] = first.actions ?? []
  expect(older).toMatchObject({ label: 'Older', command: 'logs', args: { limit: '1' } })
  const next = await desk.say(`logs 1 --before ${older?.args['before']}`)
  expect(cardIn(next).json).toMatchObject([{ text: 'six venues read', process: 'sweep 11' }])
  expect(await desk.say('logs', { ...ann, role: 'trader' })).toMatchObject({ outcome: 'forbidden' })
})
