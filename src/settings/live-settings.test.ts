import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../../test/fresh-database.ts'
import { redisSkipReason } from '../../test/redis-server.ts'
import { openDatabase, type OpenDatabase } from '../database/connect.ts'
import { migrate } from '../database/migrate.ts'
import { openPostgresSettingsStore } from '../database/postgres-settings-store.ts'
import { startPrivateRedis, type PrivateRedis } from '../queues/private-redis.ts'
import { openQueues, type Queues } from '../queues/queues.ts'
import { openLiveSettings, type LiveSettings } from './live-settings.ts'
import { defaultSettings, type SettingKey } from './settings.ts'
import type { SettingsStore } from './settings-store.ts'

const defaults = defaultSettings('other')

/** The one suite; `redis` starts a private Redis for it. */
function liveSettingsContract(redis: boolean): void {
  let database: FreshDatabase
  let opened: OpenDatabase
  let home: string
  let server: PrivateRedis | undefined
  beforeAll(async () => {
    database = await freshDatabase()
    await migrate({ databaseUrl: database.url })
    opened = openDatabase({ url: database.url })
    home = await mkdtemp(join(tmpdir(), 'arbdesk-settings-'))
    if (redis) server = await startPrivateRedis({ home, path: process.env.PATH ?? '' })
  })
  afterAll(async () => {
    await server?.stop()
    await opened.close()
    await database.drop()
    await rm(home, { recursive: true, force: true })
  })
  beforeEach(async () => {
    await sql`truncate settings, settings_audit`.execute(opened.db)
  })

  const closing: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close()
  })

  /** What one process of the desk has. */
  async function openProcess(
    overrides: readonly (readonly [SettingKey, unknown])[] = [],
    {
      storeOf = (store) => store,
      latch = { isPressed: () => false },
      since = new Date(0),
    }: {
      storeOf?: (store: SettingsStore) => SettingsStore
      latch?: { isPressed(): boolean }
      since?: Date
    } = {},
  ): Promise<{ live: LiveSettings; warnings: string[]; queues: Queues }> {
    const queues = await openQueues({ databaseUrl: database.url, redisUrl: server?.socketPath })
    closing.push(() => queues.close())
    const warnings: string[] = []
    const live = await openLiveSettings({
      store: storeOf(openPostgresSettingsStore(opened.db)),
      hub: queues,
      defaults,
      overrides: new Map(overrides),
      since,
      warn: (line) => void warnings.push(line),
      latch,
    })
    closing.push(() => live.close())
    return { live, warnings, queues }
  }
  const later = () => new Date(Date.now() + 60_000)
  const history = (limit = 10) => openPostgresSettingsStore(opened.db).history(limit)

  test('a change is seen by every process at once, and audited', async () => {
    const one = await openProcess()
    const two = await openProcess()
    const heard: unknown[] = []
    two.live.onChange((settings) => void heard.push(settings['trading.notional_usdt_max']))
    await one.live.change('trading.notional_usdt_max', '250', 'discord:1')
    expect(one.live.current()['trading.notional_usdt_max']).toBe(250)
    // A process looks by itself every 15 seconds only: this comes by message, in milliseconds.
    await vi.waitUntil(() => heard.length > 0, { interval: 2, timeout: 5000 })
    expect(two.live.current()['trading.notional_usdt_max']).toBe(250)
    expect(heard).toEqual([250])
    expect(Object.isFrozen(two.live.current())).toBe(true)
    expect(await history()).toMatchObject([
      { key: 'trading.notional_usdt_max', from: 100, to: 250, by: 'discord:1' },
    ])
  })

  test('a change can be undone from the audit', async () => {
    const { live } = await openProcess()
    await live.change('trading.start_assets', 'USDT', 'discord:1')
    const [change] = await history()
    await live.change('trading.start_assets', JSON.stringify(change?.from), 'telegram:2')
    expect(live.current()['trading.start_assets']).toEqual(defaults['trading.start_assets'])
    expect(await history()).toMatchObject([
      { from: ['USDT'], to: defaults['trading.start_assets'], by: 'telegram:2' },
      { from: defaults['trading.start_assets'], to: ['USDT'], by: 'discord:1' },
    ])
  })

  test('a value that does not fit changes nothing and leaves no trace', async () => {
    const { live } = await openProcess()
    const outcome = await live.change('trading.net_percent_min', '-5', 'discord:1')
    expect(outcome.outcome).toBe('bad')
    expect(live.current()).toEqual(defaults)
    expect(await history()).toEqual([])
  })

  test('a value that stands there already is no change, and is not audited', async () => {
    const { live } = await openProcess()
    const same = { outcome: 'same', key: 'trading.start_assets', value: ['USDT', 'ETH'] }
    const usual = defaults['trading.start_assets'].join()
    expect(await live.change('trading.start_assets', usual, 'discord:1')).toMatchObject({
      outcome: 'same',
    })
    await live.change('trading.start_assets', 'USDT,ETH', 'discord:1')
    expect(await live.change('trading.start_assets', 'USDT, ETH', 'telegram:2')).toEqual(same)
    expect(await history()).toHaveLength(1)
  })

  test('an override of this run wins over what was stored before it', async () => {
    const before = await openProcess()
    await before.live.change('approval.mode', 'alert', 'discord:1')
    const { live } = await openProcess([['approval.mode', 'auto']], { since: later() })
    expect(live.current()['approval.mode']).toBe('auto')
    expect(live.isOverridden('approval.mode')).toBe(true)
    expect(live.isOverridden('desk.paused')).toBe(false)
    const next = await openProcess()
    expect(next.live.current()['approval.mode']).toBe('alert')
  })

  test('what somebody changes since then holds in every process of the run, also where it stood there already', async () => {
    const one = await openProcess([['approval.mode', 'auto']])
    const two = await openProcess([['approval.mode', 'auto']])
    expect(await one.live.change('approval.mode', 'auto', 'discord:1')).toMatchObject({
      outcome: 'same',
    })
    expect(two.live.isOverridden('approval.mode')).toBe(true)
    expect(await one.live.change('approval.mode', 'ask', 'discord:1')).toMatchObject({
      outcome: 'changed',
    })
    expect(one.live.current()['approval.mode']).toBe('ask')
    await vi.waitUntil(() => two.live.current()['approval.mode'] === 'ask', { timeout: 5000 })
    expect(two.live.isOverridden('approval.mode')).toBe(false)
    expect(await history()).toMatchObject([{ from: 'auto', to: 'ask', by: 'discord:1' }])
    // The same again is no change; a role that is started again in this run keeps to it.
    expect((await two.live.change('approval.mode', 'ask', 'discord:1')).outcome).toBe('same')
    const again = await openProcess([['approval.mode', 'auto']])
    expect(again.live.current()['approval.mode']).toBe('ask')
  })

  test('a stored value that no longer fits is reported, and the default holds', async () => {
    await sql`insert into settings values ('approval.mode', '"yolo"', 'x', now()),
      ('dropped.setting', '1', 'x', now()), ('sweep.period_ms', '4000', 'x', now())`.execute(
      opened.db,
    )
    const { live, warnings } = await openProcess()
    expect(live.current()['approval.mode']).toBe('ask')
    expect(live.current()['sweep.period_ms']).toBe(4000)
    expect(warnings.toSorted()).toEqual([
      expect.stringContaining('stored setting ignored: There is no setting "dropped.setting"'),
      expect.stringContaining('stored setting ignored: approval.mode must be one of '),
    ])
  })

  test('refresh reads the truth even where no message came', async () => {
    const { live } = await openProcess()
    await openPostgresSettingsStore(opened.db).change('desk.paused', false, true, 'terminal:ann')
    expect(live.current()['desk.paused']).toBe(false)
    expect((await live.refresh())['desk.paused']).toBe(true)
    expect(live.current()['desk.paused']).toBe(true)
  })

  test('an old answer that arrives late does not undo a newer one', async () => {
    let late: (() => void) | undefined
    let loads = 0
    const { live } = await openProcess([], {
      storeOf: (store) => ({
        ...store,
        async load() {
          const stored = await store.load()
          if (++loads === 2) await new Promise<void>((resolve) => (late = resolve))
          return stored
        },
      }),
    })
    const slow = live.refresh()
    await vi.waitUntil(() => late !== undefined)
    await openPostgresSettingsStore(opened.db).change('desk.paused', false, true, 'terminal:ann')
    await live.refresh()
    late?.()
    expect((await slow)['desk.paused']).toBe(true)
    expect(live.current()['desk.paused']).toBe(true)
  })

  test('S26 the latch kills within a second, also where the settings cannot be read', async () => {
    const latch = { pressed: true, isPressed: () => latch.pressed }
    let isAway = false
    const { live } = await openProcess([], {
      storeOf: (store) => ({
        ...store,
        load: () => (isAway ? Promise.reject(new Error('away')) : store.load()),
      }),
      latch,
    })
    expect(live.current()['desk.killed']).toBe(true)
    expect((await live.refresh())['desk.killed']).toBe(true)
    // What the database keeps is the database's: the latch is not written there by reading it.
    expect(await history()).toEqual([])
    latch.pressed = false
    expect((await live.refresh())['desk.killed']).toBe(false)
    isAway = true
    const heard: boolean[] = []
    live.onChange((settings) => void heard.push(settings['desk.killed']))
    latch.pressed = true
    await vi.waitUntil(() => heard.length > 0, { interval: 10, timeout: 5000 })
    expect(live.current()['desk.killed']).toBe(true)
  })

  test('a change that cannot be announced is saved all the same', async () => {
    const { live, warnings, queues } = await openProcess()
    await queues.close()
    const { outcome } = await live.change('desk.paused', 'true', 'terminal:ann')
    expect(outcome).toBe('changed')
    expect(await history()).toHaveLength(1)
    expect(warnings).toEqual([expect.stringContaining('was not announced')])
  })
}

describe('settings announced by PostgreSQL', () => {
  liveSettingsContract(false)
})

const skipped = redisSkipReason === undefined ? '' : ` (skipped: ${redisSkipReason})`
describe.skipIf(redisSkipReason !== undefined)(`settings announced by Redis${skipped}`, () => {
  liveSettingsContract(true)
})
