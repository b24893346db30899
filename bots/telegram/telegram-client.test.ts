import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { openTelegram } from '../../test/doubles/telegram/opened-telegram.ts'
import { secret } from '../../src/secret.ts'
import { deliveryOf } from './delivery-of.ts'
import { createTelegramClient } from './telegram-client.ts'

/** Neither of these has the form that telegraf's own redaction knows. */
const canaries = ['7000000001:AAcanaryCanaryCanaryCanaryCanary', 'opaque/canary token']

async function opened(token = canaries[0] ?? '') {
  const telegram = await openTelegram({ token })
  telegram.as(7).starts()
  const client = createTelegramClient({ token: secret(token), apiRoot: telegram.apiRoot })
  onTestFinished(() => client.close())
  const send = (more: object = {}, options = {}) =>
    client.call('sendMessage', { chat_id: 7, text: 'x', ...more }, options)
  return { telegram, client, send, token }
}

async function serve(handle: Parameters<typeof createServer>[1]): Promise<string> {
  const server: Server = createServer(handle)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('E12 too much is refused with the time to wait, and nothing waits here', async () => {
  const { telegram, send } = await opened()
  telegram.mishaps.plan({ kind: 'flood', retryAfterSeconds: 30 }, { times: 1 })
  const called = await send()
  expect(called).toMatchObject({ outcome: 'refused', code: 429, retryAfterMs: 30_000 })
  expect(deliveryOf(called)).toMatchObject({ outcome: 'later', afterMs: 30_000 })
  expect(await send()).toMatchObject({ outcome: 'ok' })
  telegram.assertClean()
})

test('what was cut off or answered by a gateway is unknown, whether it had an effect or not', async () => {
  const { telegram, send } = await opened()
  const mishaps = [
    { kind: 'drop-before-effect' },
    { kind: 'drop-after-effect' },
    { kind: 'gateway', status: 502 },
    { kind: 'gateway', status: 504, afterEffect: true },
    { kind: 'gateway', status: 500 },
  ] as const
  for (const mishap of mishaps) {
    telegram.mishaps.plan(mishap, { times: 1 })
    const called = await send()
    expect(called).toMatchObject({ outcome: 'unanswered', isUnsure: true })
    expect(deliveryOf(called).outcome).toBe('unknown')
  }
  expect(telegram.reads(7).filter(({ from }) => from.is_bot)).toHaveLength(2)
  telegram.assertClean()
})

test('a connection that never stood is surely nothing sent', async () => {
  const server = await serve(() => {})
  const free = createTelegramClient({ token: secret('1:x'), apiRoot: server.replace(/\d+$/, '1') })
  onTestFinished(() => free.close())
  const called = await free.call('sendMessage', { chat_id: 7, text: 'x' })
  expect(called).toMatchObject({ outcome: 'unanswered', isUnsure: false, detail: 'ECONNREFUSED' })
  expect(deliveryOf(called).outcome).toBe('later')
})

test('an answer that does not come in time, or is no answer, is unknown', async () => {
  const { telegram, send } = await opened()
  telegram.mishaps.plan({ kind: 'slow', delayMs: 5000 }, { times: 1 })
  expect(await send({}, { msMax: 50 })).toMatchObject({ outcome: 'unanswered', isUnsure: true })
  const apiRoot = await serve((_, response) => response.end('<html>not json</html>'))
  const client = createTelegramClient({ token: secret('1:x'), apiRoot })
  onTestFinished(() => client.close())
  expect(await client.call('getMe', {})).toMatchObject({
    outcome: 'unanswered',
    isUnsure: true,
    detail: 'invalid-json',
  })
})

test.each(canaries)(
  'S4 the token %s is in nothing that comes back, whatever happens',
  async (token) => {
    const { telegram, client, send } = await opened(token)
    const seen: unknown[] = []
    for (const mishap of [
      { kind: 'drop-before-effect' },
      { kind: 'gateway', status: 502 },
      { kind: 'flood', retryAfterSeconds: 1 },
      {
        kind: 'refuse',
        answer: { ok: false, error_code: 400, description: `Bad Request: bot${token} is wrong` },
      },
    ] as const) {
      telegram.mishaps.plan(mishap, { times: 1 })
      seen.push(await send())
    }
    seen.push(await send({}, { signal: AbortSignal.abort() }))
    seen.push(await send({}, { msMax: 0 }))
    const apiRoot = await serve((_, response) => response.end('oops'))
    for (const root of [apiRoot, 'http://127.0.0.1:1', 'http://host.invalid'])
      seen.push(
        await createTelegramClient({ token: secret(token), apiRoot: root }).call('getMe', {}),
      )
    const broken = client.call('sendMessage', {
      get chat_id(): number {
        throw new Error(`no chat at /bot${token}/`)
      },
      text: 'x',
    })
    seen.push(await broken.catch((error: unknown) => error))
    expect(seen).toHaveLength(10)
    expect(seen.map((each) => (each instanceof Error ? each.message : '')).join('')).toContain(
      '[secret]',
    )
    const shown = inspect(seen, { depth: 9, showHidden: true })
    expect(shown).toContain('[secret] is wrong')
    expect(shown).not.toContain(token)
    expect(shown).not.toContain(encodeURIComponent(token))
    telegram.assertClean()
  },
)

test('what a reply answers is kept in forms, where telegraf drops it', async () => {
  const { telegram, client } = await opened()
  const { messageId } = telegram.reads(7)[0] ?? { messageId: 0 }
  const called = await client.call('sendDocument', {
    chat_id: 7,
    document: { source: Buffer.from('x'), filename: 'x.txt' },
    reply_parameters: { message_id: messageId },
  })
  expect(called.outcome).toBe('ok')
  expect(telegram.reads(7).at(-1)?.replyToId).toBe(messageId)
  telegram.assertClean()
})

test('every refusal means one thing to whoever sent', () => {
  const refused = (code: number, description: string) =>
    ({ outcome: 'refused', code, description }) as const
  const means = (code: number, description: string, message?: string) =>
    deliveryOf(refused(code, description), message).outcome
  expect(means(403, 'Forbidden: bot was blocked by the user')).toBe('closed')
  expect(means(401, 'Unauthorized')).toBe('closed')
  expect(means(400, 'Bad Request: chat not found')).toBe('closed')
  expect(means(400, 'Bad Request: TOPIC_CLOSED')).toBe('closed')
  expect(means(400, 'Bad Request: message thread not found')).toBe('closed')
  expect(means(400, 'Bad Request: not enough rights to send text messages to the chat')).toBe(
    'closed',
  )
  expect(means(400, "Bad Request: can't parse entities: x")).toBe('rejected')
  expect(means(413, 'Request Entity Too Large')).toBe('rejected')
  expect(means(400, 'Bad Request: message to edit not found', '5')).toBe('gone')
  expect(means(400, "Bad Request: message can't be edited", '5')).toBe('gone')
  expect(means(400, 'Bad Request: there is no text in the message to edit', '5')).toBe('gone')
  expect(means(400, 'Bad Request: message is not modified: x', '5')).toBe('sent')
  const moved = { ...refused(400, 'group chat was upgraded'), movedTo: '-1001' }
  expect(deliveryOf(moved)).toEqual({ outcome: 'moved', chat: '-1001' })
})
