// A desk that runs and the person beside it: commands from another shell, a second start, Ctrl-C.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import {
  askDesk,
  arbdesk,
  discardHome,
  makeClosedHome,
  npmStart,
  processesOf,
  type NpmDesk,
} from './npm-desk.ts'
import { until } from './started-desk.ts'
import { settledIn, toldOf, type ToldOf } from './told.ts'
import { freePort } from './free-port.ts'

vi.setConfig({ testTimeout: 120_000 })

const stopMsMax = 5_000

/** Presses Ctrl-C and returns how it ended and how long that took. */
async function interrupt(desk: NpmDesk) {
  const from = performance.now()
  desk.interrupt()
  const code = await desk.ended
  return { code, ms: performance.now() - from }
}

describe('Ctrl-C during the start', () => {
  const homes: string[] = []
  afterEach(async () => {
    for (const home of homes.splice(0)) await discardHome(home)
  })

  test.each([900, 3_500])('%i ms after it ends everything in time', async (ms) => {
    const home = makeClosedHome()
    homes.push(home)
    const desk = npmStart(home)
    await sleep(ms)
    const { code, ms: stopMs } = await interrupt(desk)
    // Before Node runs a line of ours the signal itself is the end.
    expect([0, 'SIGINT', 130], desk.errors()).toContain(code)
    expect(stopMs).toBeLessThan(stopMsMax)
    expect(processesOf(home)).toEqual([])
    expect(desk.errors()).not.toMatch(/^arbdesk:/m)
  })
})

describe('a running desk', () => {
  let home: string
  let desk: NpmDesk
  let port: number

  const start = () =>
    npmStart(home, {
      args: ['--json', '--set', 'approval.mode=auto'],
      env: { ARBDESK_HTTP_PORT: `${port}` },
    })
  async function sweptAt(): Promise<string> {
    const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined)
    const { lastSweepAt } = ((await answer?.json()) ?? {}) as { lastSweepAt?: string | null }
    return lastSweepAt ?? ''
  }
  const isUp = () => toldOf(desk.told(), 'status').some(({ subject }) => subject === 'market')

  beforeAll(async () => {
    home = makeClosedHome()
    port = await freePort()
    desk = start()
    await until(isUp)
  }, 60_000)
  afterAll(() => discardHome(home))

  test('keeps its home: a second start is one line that names the first, which goes on', async () => {
    const second = npmStart(home)
    expect(await second.ended).toBe(1)
    expect(second.output()).toBe('')
    expect(second.errors()).toMatch(
      /^arbdesk: a desk runs on \S+ already \(process \d+\); stop it, or set ARBDESK_HOME to another folder\n$/,
    )
    expect(desk.process.exitCode).toBeNull()
  })

  test('is joined by a command, which prints its document and nothing else', async () => {
    await until(async () => {
      const { shards } = (await askDesk(home, ['status'])) as { shards: { owner: unknown }[] }
      return shards.length > 0 && shards.every(({ owner }) => owner !== null)
    })
    const { code, output, errors } = await arbdesk(home, ['status', '--json'])
    expect({ code, errors }).toEqual({ code: 0, errors: '' })
    expect(output[0]).toBe('{')
    expect(JSON.parse(output)).toMatchObject({
      running: true,
      state: 'watching',
      warnings: [],
      paused: false,
      approval_mode: 'auto',
      venues: { up: 6, all: 6 },
    })
    const plain = await arbdesk(home, ['venues'])
    expect(plain.output).toContain('kucoin')
  })

  test('sees a changed setting at once', async () => {
    const change = (value: string) => askDesk(home, ['settings', 'set', 'sweep.period_ms', value])
    const first = await sweptAt()
    await until(async () => (await sweptAt()) !== first)
    await change('600000')
    // One sweep may be under way, and the new schedule begins with one.
    await sleep(3_000)
    const before = await sweptAt()
    await sleep(2_500)
    expect(await sweptAt()).toBe(before)
    await change('1500')
    const from = performance.now()
    await until(async () => (await sweptAt()) !== before)
    // Unseen, the change would leave the next sweep ten minutes away, or be read after 15 s.
    expect(performance.now() - from).toBeLessThan(5_000)
    process.stderr.write(
      `a changed setting showed ${((performance.now() - from) / 1000).toFixed(1)} s after its command had ended\n`,
    )
    await change('2000')
  })

  test('makes no new trade once it is paused, also after Ctrl-C and a new start', async () => {
    await until(() => settledIn(desk.told()).length > 0)
    await askDesk(home, ['pause'])
    // What somebody says in a run holds from then on; the next one begins with what it is given again.
    await askDesk(home, ['mode', 'alert'])
    expect(await askDesk(home, ['status'])).toMatchObject({ approval_mode: 'alert' })
    const { code, ms } = await interrupt(desk)
    expect(code, desk.errors()).toBe(0)
    expect(ms).toBeLessThan(stopMsMax)
    expect(processesOf(home)).toEqual([])

    const againMs = Date.now()
    desk = start()
    await until(() => toldOf(desk.told(), 'opportunity').length > 0)
    expect(await askDesk(home, ['status'])).toMatchObject({
      running: true,
      paused: true,
      approval_mode: 'auto',
    })
    for (const { blocked } of toldOf(desk.told(), 'opportunity')) expect(blocked).toMatch(/paused/)
    // One that was approved before may still be told as abandoned.
    const isNew = ({ created_at }: ToldOf<'trade'>) => Date.parse(String(created_at)) > againMs
    expect(toldOf(desk.told(), 'trade').filter(isNew)).toEqual([])

    await askDesk(home, ['resume'])
    await until(() => settledIn(desk.told()).length > 0)
    expect((await interrupt(desk)).code).toBe(0)
    expect(processesOf(home)).toEqual([])
    // That a machine is slow for a moment is said, and the desk goes on: the lines before prove it.
    const complaints = desk
      .errors()
      .split('\n')
      .filter((line) => !/"level":"info"|did not answer in time/.test(line))
    expect(complaints).toEqual([''])
  })
})
