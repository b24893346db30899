import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ann, cardIn, openTestDesk, textOf, type TestDesk } from '../../test/desk.ts'
import { openDatabase } from '../database/connect.ts'
import { adoptLatch } from '../../workers/adopt-latch.ts'

let home: string
let testDesk: TestDesk
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'arbdesk-kill-'))
  testDesk = await openTestDesk({}, { ARBDESK_HOME: home })
})
afterEach(async () => {
  await testDesk.close()
  rmSync(home, { recursive: true, force: true })
})

const isKilled = () => testDesk.runtime.settings.current()['desk.killed']
const history = async () =>
  (await testDesk.runtime.settingsHistory(10)).map(({ key, to, by }) => [key, to, by])
const told = async () =>
  (await testDesk.runtime.outbox.read(0, 100)).map(({ notification }) =>
    notification.kind === 'alert' ? `${notification.severity} ${notification.text}` : '',
  )

test('G3 a kill while the database does not answer is kept on the disk, and written down later', async () => {
  const unlock = await lockSettings(testDesk)
  const reply = await testDesk.say('kill')
  expect(cardIn(reply).json).toMatchObject({ killed: true, latch: join(home, 'kill') })
  expect(textOf(reply)).toContain('The database does not answer')
  expect(existsSync(join(home, 'kill'))).toBe(true)
  await vi.waitUntil(isKilled, { timeout: 5000 })
  await unlock()
  const leave = adoptLatch(testDesk.runtime)
  await vi.waitUntil(async () => (await history()).length > 0, { timeout: 5000 })
  leave()
  expect(isKilled()).toBe(true)
})

/** Another session holds the settings, as a database that hangs would. */
async function lockSettings({ runtime }: TestDesk) {
  const url = runtime.config.databaseUrl?.reveal() ?? ''
  const { db, close } = openDatabase({ url, poolMax: 1 })
  const released = Promise.withResolvers<void>()
  const locked = Promise.withResolvers<void>()
  const holding = db.transaction().execute(async (trx) => {
    await sql`lock table settings`.execute(trx)
    locked.resolve()
    await released.promise
  })
  await locked.promise
  return async () => {
    released.resolve()
    await holding
    await close()
  }
}

test('S26 a touched file kills, is told as P0 once, and goes with the typed release alone', async () => {
  const leaves = [adoptLatch(testDesk.runtime), adoptLatch(testDesk.runtime)]
  writeFileSync(join(home, 'kill'), '')
  await vi.waitUntil(isKilled, { timeout: 5000 })
  await vi.waitUntil(async () => (await told()).some((text) => text.startsWith('P0')), {
    timeout: 5000,
  })
  expect((await history()).map(([key, to]) => [key, to])).toEqual([['desk.killed', true]])
  expect((await told()).filter((text) => text.startsWith('P0'))).toEqual([
    expect.stringContaining(`Somebody made ${join(home, 'kill')}`),
  ])
  expect(await testDesk.say('settings set desk.killed false')).toMatchObject({
    outcome: 'bad-usage',
  })
  expect(cardIn(await testDesk.say('kill')).json).toMatchObject({ changed: false })
  const trader = { ...ann, role: 'trader' } as const
  expect(await testDesk.say('kill release RELEASE', trader)).toMatchObject({ outcome: 'forbidden' })
  expect(existsSync(join(home, 'kill'))).toBe(true)
  await testDesk.say('kill release RELEASE')
  expect(existsSync(join(home, 'kill'))).toBe(false)
  // Whoever looks after the file does not press the switch again.
  await new Promise((resolve) => setTimeout(resolve, 1200))
  expect(isKilled()).toBe(false)
  for (const leave of leaves) leave()
})

test('G4 a restart does not let go of the file', async () => {
  testDesk.runtime.killLatch.press('terminal:ann')
  const again = await openTestDesk({}, { ARBDESK_HOME: home })
  expect(again.runtime.settings.current()['desk.killed']).toBe(true)
  await again.close()
})

test('a switch that --set held open is pressed for good', async () => {
  await testDesk.close()
  testDesk = await openTestDesk({ 'desk.killed': 'false' }, { ARBDESK_HOME: home })
  await testDesk.say('kill')
  expect((await testDesk.runtime.settings.refresh())['desk.killed']).toBe(true)
})
