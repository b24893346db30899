import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../src/database/connect.ts'
import { migrate } from '../src/database/migrate.ts'
import { openPostgresLogStore } from '../src/database/postgres-log-store.ts'
import { createLog } from '../src/log.ts'
import { secret } from '../src/secret.ts'
import { freshDatabase } from '../test/fresh-database.ts'
import { keepLog } from './keep-log.ts'

async function openStore() {
  const database = await freshDatabase()
  await migrate({ databaseUrl: database.url })
  const { db, close } = openDatabase({ url: database.url, name: 'test' })
  onTestFinished(async () => {
    await close()
    await database.drop()
  })
  return { url: database.url, store: openPostgresLogStore(db) }
}

function speak(process: string) {
  const written: string[] = []
  const kept = keepLog(process)
  const log = createLog({
    level: 'info',
    secrets: [secret('hunter2-and-more')],
    write: (line) => void written.push(line),
    keep: kept.keep,
  })
  return { kept, log, written }
}

test('what a process said before and after its database was there is kept without secrets', async () => {
  const { url, store } = await openStore()
  const { kept, log } = speak('sweep 4711')
  log.named('sweep').info('early', { ms: 12, venue: 'kucoin' })
  log.debug('too quiet to be written')
  kept.connect(url)
  log.named('feed').warn('the key is hunter2-and-more', { error: new Error('no "luck"') })
  log.error('nul \0 and 币安')
  await expect
    .poll(async () => (await store.list({ limit: 10 })).length, { timeout: 10_000 })
    .toBe(3)
  await kept.close()
  expect(await store.list({ limit: 10 })).toMatchObject([
    { process: 'sweep 4711', level: 'error', part: '', text: 'nul  and 币安', facts: '' },
    { level: 'warn', part: 'feed', text: 'the key is [secret]', facts: 'error="no \\"luck\\""' },
    { level: 'info', part: 'sweep', text: 'early', facts: 'ms=12  venue=kucoin' },
  ])
})

test('a process that ends writes what it said last', async () => {
  const { url, store } = await openStore()
  const { kept, log } = speak('trade 1')
  kept.connect(url)
  log.error('crashed')
  await kept.close()
  log.info('too late')
  expect((await store.list({ limit: 10 })).map(({ text }) => text)).toEqual(['crashed'])
})

test('a database that is away costs the lines, and nobody a wait or a word', async () => {
  const { kept, log, written } = speak('loop 1')
  kept.connect('postgres://nobody@127.0.0.1:1/none')
  for (let n = 0; n < 3000; n++) log.info(`line ${n}`)
  await sleep(1_500)
  const startedMs = performance.now()
  await kept.close()
  expect(performance.now() - startedMs).toBeLessThan(5_000)
  expect(written).toHaveLength(3000)
})
