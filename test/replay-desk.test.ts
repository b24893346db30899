// The desk over real recordings: rows of 2022 that the venue servers play as if they were now.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defaultSettings } from '../src/settings/settings.ts'
import {
  askDesk,
  discardHome,
  makeClosedHome,
  npmStart,
  processesOf,
  root,
  type NpmDesk,
} from './npm-desk.ts'
import { toldOf, type Told } from './told.ts'

const recordings = join(root, '..', 'shared', 'data')
const because = existsSync(recordings) ? '' : ` (skipped: ${recordings} is not here)`
const env = { ARBDESK_MARKET: 'replay:../shared/data' }
const limits = defaultSettings('simulator')

type Why = { refusals: { reason: string; count: number; detail: string }[] }

describe.skipIf(because !== '')(`a replay of real recordings${because}`, () => {
  let home: string
  let desk: NpmDesk
  let code: Awaited<NpmDesk['ended']>
  let told: readonly Told[]

  beforeAll(async () => {
    home = makeClosedHome()
    const args = ['--for', '20s', '--json', '--set', 'approval.mode=auto']
    desk = npmStart(home, { args, env })
    code = await desk.ended
    told = desk.told()
  }, 90_000)
  afterAll(() => discardHome(home))

  test('it reads thousands of markets of many venues and ends cleanly', () => {
    expect(code, desk.errors()).toBe(0)
    expect(processesOf(home)).toEqual([])
    const [up] = toldOf(told, 'status')
    const [, markets, venues] = /: (\d+) markets on (\d+) of \2 venues$/.exec(up?.text ?? '') ?? []
    expect(Number(markets), up?.text).toBeGreaterThan(10_000)
    expect(Number(venues)).toBe(10)
    expect(told.at(-1)).toMatchObject({ kind: 'status', subject: 'summary' })
  })

  test('no venue is left out: their rows are read within our own request budgets', () => {
    expect(toldOf(told, 'alert')).toEqual([])
  })

  test('nothing is offered from a row that is older than the limits', () => {
    for (const { legs, leg_skew_ms } of toldOf(told, 'opportunity')) {
      for (const { book_age_ms } of legs) {
        expect(book_age_ms).toBeGreaterThanOrEqual(0)
        expect(book_age_ms).toBeLessThanOrEqual(limits['filter.book_age_ms_max'])
      }
      expect(leg_skew_ms).toBeLessThanOrEqual(limits['filter.leg_skew_ms_max'])
    }
  })

  test('"why not" counts what the filters dropped, with real names and numbers', async () => {
    const { refusals } = (await askDesk(home, ['why'], { env })) as Why
    process.stderr.write(
      `replay: ${toldOf(told, 'opportunity').length} offered; ${refusals.map(({ reason, count }) => `${reason} ${count}`).join(', ')}\n`,
    )
    const counts = new Map(refusals.map(({ reason, count }) => [reason, count]))
    for (const reason of ['book age', 'leveraged token', 'no volume', 'net below minimum'])
      expect(counts.get(reason), reason).toBeGreaterThan(0)
    expect(refusals.find(({ reason }) => reason === 'book age')?.detail).toMatch(
      /^\w+ \S+\/\S+ is \d+\.\d s old, at most \d\.\d s$/,
    )
  })
})
