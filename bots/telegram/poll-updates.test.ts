import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { openTelegram } from '../../test/doubles/telegram/opened-telegram.ts'
import type { TelegramDouble } from '../../test/doubles/telegram/telegram-double.ts'
import { secret } from '../../src/secret.ts'
import { pollUpdates, type PollEnd } from './poll-updates.ts'
import { readUpdate } from './read-update.ts'
import { createTelegramClient } from './telegram-client.ts'

type Handle = (text: string) => Promise<void>

function poll(telegram: TelegramDouble, handle: Handle) {
  const client = createTelegramClient({ token: secret(telegram.token), apiRoot: telegram.apiRoot })
  const stopping = new AbortController()
  const bugs: unknown[] = []
  const warnings: string[] = []
  const handled: string[] = []
  const heardOf = (raw: unknown) => readUpdate(raw, telegram.bot.id)
  const ended: Promise<PollEnd> = pollUpdates(
    {
      client,
      async handle(raw) {
        const heard = heardOf(raw)
        const text = heard.kind === 'said' ? heard.text : heard.kind
        await handle(text)
        handled.push(text)
      },
      laneOf(raw) {
        const heard = heardOf(raw)
        return heard.kind === 'said' ? heard.from.account.id : undefined
      },
      reportBug: (error) => void bugs.push(error),
      warn: (line) => void warnings.push(line),
      heard: () => {},
    },
    stopping.signal,
  )
  const stop = () => {
    stopping.abort()
    return ended
  }
  onTestFinished(async () => {
    await stop()
    client.close()
  })
  return { handled, bugs, warnings, ended, stop }
}

const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
const until = async (isSo: () => boolean) => {
  await expect.poll(isSo, { timeout: 10_000, interval: 5 }).toBe(true)
}

test('a slow handler holds up nobody, and one that throws ends nothing', async () => {
  const telegram = await openTelegram()
  let free = () => {}
  const slow = new Promise<void>((resolve) => {
    free = resolve
  })
  const { handled, bugs } = poll(telegram, async (text) => {
    if (text === '/slow') await slow
    if (text === '/bug') throw new Error('a bug')
  })
  telegram.as(7).says(7, '/slow')
  telegram.as(8).says(8, '/bug')
  telegram.as(9).says(9, '/a')
  await until(() => handled.includes('/a'))
  telegram.as(9).says(9, '/b')
  await until(() => handled.includes('/b'))
  expect(bugs).toHaveLength(1)
  expect(handled).not.toContain('/slow')
  free()
  await until(() => handled.includes('/slow'))
  telegram.assertClean()
})

test('one person’s words are taken in their order, unless the one before takes long', async () => {
  const telegram = await openTelegram()
  const begun: string[] = []
  let free = () => {}
  const slow = new Promise<void>((resolve) => {
    free = resolve
  })
  const { handled } = poll(telegram, async (text) => {
    begun.push(text)
    if (text === '/pause') await after(60)
    if (text === '/scan') await slow
  })
  telegram.as(7).floods(7, ['/pause', '/resume'])
  await until(() => handled.length === 2)
  expect(handled).toEqual(['/pause', '/resume'])
  telegram.as(7).floods(7, ['/scan', '/kill'])
  await until(() => handled.includes('/kill'))
  expect(begun.slice(2)).toEqual(['/scan', '/kill'])
  free()
  telegram.assertClean()
})

test('E14 the end confirms what was handled and nothing else: the rest comes again', async () => {
  const telegram = await openTelegram()
  const first = poll(telegram, (text) => (text === '/stuck' ? new Promise(() => {}) : after(0)))
  telegram.as(7).says(7, '/done')
  telegram.as(8).says(8, '/stuck')
  telegram.as(9).says(9, '/after')
  await until(() => first.handled.length === 2)
  // Whatever else arrives is asked for only after the stuck one was surely written down.
  expect(await first.stop()).toEqual({ outcome: 'stopped' })
  const second = poll(telegram, () => after(0))
  await until(() => second.handled.includes('/after'))
  expect(second.handled).toEqual(['/stuck', '/after'])
  telegram.assertClean()
})

test('E14 a flood of updates is handled whole, each once', async () => {
  const telegram = await openTelegram()
  telegram.as(7).floods(
    7,
    Array.from({ length: 950 }, (_, i) => `/n${i}`),
  )
  const { handled } = poll(telegram, () => sleep(1))
  await until(() => handled.length === 950)
  expect(new Set(handled).size).toBe(950)
  expect(handled).toEqual(handled.toSorted((a, b) => Number(a.slice(2)) - Number(b.slice(2))))
  telegram.assertClean()
})

test('E12 429, 502 and cut sockets while polling are waited out; nothing is lost', async () => {
  const telegram = await openTelegram()
  const methods = ['getUpdates']
  for (const mishap of [
    { kind: 'flood', retryAfterSeconds: 0 },
    { kind: 'gateway', status: 502 },
    { kind: 'drop-before-effect' },
    { kind: 'drop-after-effect' },
  ] as const)
    telegram.mishaps.plan(mishap, { methods, times: 1 })
  telegram.as(7).says(7, '/kept')
  const { handled, warnings } = poll(telegram, () => after(0))
  await until(() => handled.length === 1)
  expect(handled).toEqual(['/kept'])
  await until(() => warnings.length === 2)
  expect(warnings).toEqual([
    expect.stringContaining('Telegram gives no updates'),
    'Telegram gives updates again',
  ])
  telegram.assertClean()
})

test('E11 another poller ends this one with a conflict, a wrong token with a refusal', async () => {
  const telegram = await openTelegram()
  const first = poll(telegram, () => after(0))
  await until(() => telegram.calls.length === 1)
  const second = poll(telegram, () => after(0))
  expect(await first.ended).toMatchObject({ outcome: 'conflict' })
  await second.stop()
  telegram.mishaps.plan({
    kind: 'refuse',
    answer: { ok: false, error_code: 401, description: 'Unauthorized' },
  })
  expect(await poll(telegram, () => after(0)).ended).toEqual({
    outcome: 'refused',
    detail: 'Unauthorized',
  })
  telegram.assertClean([/terminated by other getUpdates/])
})
