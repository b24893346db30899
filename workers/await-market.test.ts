import { expect, test } from 'vitest'
import { createLog } from '../src/log.ts'
import { awaitMarket } from './await-market.ts'
import type { MarketUp } from './start-all.ts'
import type { KeptStatus } from './supervisor/keep-running.ts'

const lateMs = 30

/** What was said, and how a run of ten seconds would have ended. */
async function hear(
  marketUp: MarketUp,
  { sweep = {}, forMs = 10_000 }: { sweep?: Partial<KeptStatus>; forMs?: number | undefined } = {},
) {
  const said: string[] = []
  const write = (line: string) => void said.push((JSON.parse(line) as { msg: string }).msg)
  const log = createLog({ level: 'info', readable: false, write })
  const status = { state: 'starting', restarts: 0, pid: 1, facts: {}, ...sweep } as const
  const { signal } = new AbortController()
  const end = await awaitMarket({ marketUp, forMs, sweep: () => status, log, signal }, lateMs).then(
    ({ throwIfDown }) => throwIfDown,
    (error: unknown) => () => {
      throw error
    },
  )
  return { said, end }
}

test('a market that came up is said to be up, and one that nobody here reads is not', async () => {
  const up = await hear(Promise.resolve('ready'))
  expect(up.said).toEqual(['the market is up'])
  expect(up.end).not.toThrow()
  const unread = await hear(undefined)
  expect(unread.said).toEqual(['no role of this process reads the market'])
  expect(unread.end).not.toThrow()
})

const late = 'the market is not up after 0 s'
const never = new Promise<'ready'>(() => {})

test.each([
  [{}, 'the first sweep is not over'],
  [{ facts: { venuesUp: 0 } }, 'no venue answers'],
  [{ state: 'waiting' } as const, 'the sweep does not stay up'],
])(
  'a market that is late is said to be late and why (%j), and fails the run',
  async (sweep, why) => {
    const { said, end } = await hear(never, { sweep })
    expect(said).toEqual([`${late}: ${why}; the time of this run begins all the same`])
    expect(end).toThrow(`the market did not come up in this run: ${why}`)
  },
)

test('a market that comes up late saves the run', async () => {
  const market = Promise.withResolvers<'ready'>()
  const { said, end } = await hear(market.promise)
  market.resolve('ready')
  await expect.poll(() => said.at(-1)).toBe('the market is up')
  expect(end).not.toThrow()
})

test('a sweep that stays down ends a run that has an end, and no other', async () => {
  const sweep = { state: 'given-up' } as const
  const timed = await hear(Promise.resolve('given-up'), { sweep })
  expect(timed.end).toThrow('the market did not come up in this run: the sweep does not stay up')
  const endless = await hear(Promise.resolve('given-up'), { sweep, forMs: undefined })
  expect([timed.said, endless.said]).toEqual([[], []])
})
