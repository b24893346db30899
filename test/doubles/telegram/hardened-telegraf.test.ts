// What Telegram and the network do to a bot, and what the real telegraf makes of it: bare, and hardened by
// retrying what is safe to retry, as a desk must.
import { Telegraf, type Telegram } from 'telegraf'
import { expect, onTestFinished, test } from 'vitest'
import { openTelegram } from './opened-telegram.ts'
import type { TelegramDouble, TelegramDoubleOptions } from './telegram-double.ts'

type AnyCall = (
  method: string,
  payload: Record<string, unknown>,
  options?: object,
) => Promise<unknown>
type Failure = Error & {
  readonly code?: number
  readonly parameters?: { readonly retry_after?: number }
}

const triesMax = 4
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Repeats calls that met 429, a gateway's 5xx or a cut socket; plain objects survive multipart. */
function harden(telegram: Telegram): void {
  const call = telegram.callApi.bind(telegram) as AnyCall
  const hardened: AnyCall = async (method, given, options) => {
    if (method === 'getUpdates') return call(method, given, options)
    const { reply_parameters: reply } = given
    const payload =
      reply === undefined ? given : { ...given, reply_parameters: JSON.stringify(reply) }
    for (let tries = 1; ; tries++)
      try {
        return await call(method, payload, options)
      } catch (error) {
        const { name, code = 0, parameters } = error as Failure
        const isPassing = name === 'FetchError' || code >= 500
        const waitSeconds = parameters?.retry_after ?? (isPassing ? 0.01 : undefined)
        if (waitSeconds === undefined || tries === triesMax) throw error
        await pause(waitSeconds * 1000)
      }
  }
  telegram.callApi = hardened as Telegram['callApi']
}

async function opened(options: TelegramDoubleOptions = {}) {
  const telegram = await openTelegram(options)
  telegram.as(7).starts()
  const { telegram: bare } = new Telegraf(telegram.token, {
    telegram: { apiRoot: telegram.apiRoot },
  })
  const { telegram: hard } = new Telegraf(telegram.token, {
    telegram: { apiRoot: telegram.apiRoot },
  })
  harden(hard)
  return { telegram, bare, hard }
}

const texts = (telegram: TelegramDouble) =>
  telegram
    .reads(7)
    .map(({ text }) => text)
    .slice(1)

test('429 reaches a bare telegraf with its seconds, and a hardened one waits them', async () => {
  const { telegram, bare, hard } = await opened()
  const flood = { kind: 'flood', retryAfterSeconds: 1 } as const
  telegram.mishaps.plan(flood, { times: 2, methods: ['sendMessage'] })
  await expect(bare.sendMessage(7, 'lost')).rejects.toMatchObject({
    code: 429,
    description: 'Too Many Requests: retry after 1',
    parameters: { retry_after: 1 },
  })
  const beganMs = performance.now()
  await hard.sendMessage(7, 'kept')
  expect(performance.now() - beganMs).toBeGreaterThan(950)
  expect(texts(telegram)).toEqual(['kept'])
  expect(telegram.mishaps.happened()).toBe(2)
  telegram.assertClean()
})

test('a gateway failure is an error to a bare telegraf and a second try to a hardened one', async () => {
  const { telegram, bare, hard } = await opened()
  telegram.mishaps.plan({ kind: 'gateway', status: 502 }, { times: 1 })
  await expect(bare.sendMessage(7, 'lost')).rejects.toMatchObject({ code: 502 })
  telegram.mishaps.plan({ kind: 'gateway', status: 502 }, { times: 1 })
  telegram.mishaps.plan({ kind: 'gateway', status: 504 }, { times: 1 })
  await hard.sendMessage(7, 'kept')
  expect(texts(telegram)).toEqual(['kept'])
})

test('a socket cut before the effect loses the message; cut after it, a retry doubles it', async () => {
  const { telegram, bare, hard } = await opened()
  telegram.mishaps.plan({ kind: 'drop-before-effect' }, { times: 1 })
  await expect(bare.sendMessage(7, 'lost')).rejects.toMatchObject({ name: 'FetchError' })
  telegram.mishaps.plan({ kind: 'drop-before-effect' }, { times: 1 })
  await hard.sendMessage(7, 'once')
  telegram.mishaps.plan({ kind: 'drop-after-effect' }, { times: 1 })
  await hard.sendMessage(7, 'twice')
  telegram.mishaps.plan({ kind: 'gateway', status: 504, afterEffect: true }, { times: 1 })
  await expect(bare.sendMessage(7, 'sent')).rejects.toMatchObject({ code: 504 })
  expect(texts(telegram)).toEqual(['once', 'twice', 'twice', 'sent'])
})

test('a slow answer comes after its effect', async () => {
  const { telegram, bare } = await opened()
  telegram.mishaps.plan({ kind: 'slow', delayMs: 200 }, { methods: ['sendMessage'] })
  const sending = bare.sendMessage(7, 'slow')
  await telegram.until('the message', () => texts(telegram).includes('slow'))
  expect(telegram.calls.at(-1)?.answer).toBeUndefined()
  await sending
  telegram.mishaps.heal()
  await bare.sendMessage(7, 'quick')
  expect(texts(telegram)).toEqual(['slow', 'quick'])
})

test('an ordered refusal hits only its method and chat, and is nobody’s mistake', async () => {
  const { telegram, bare } = await opened()
  telegram.as(8).starts()
  const gone = { ok: false, error_code: 404, description: 'Not Found: method not found' } as const
  const heal = telegram.mishaps.plan({ kind: 'refuse', answer: gone }, { chatId: 8 })
  await bare.sendMessage(7, 'x')
  await expect(bare.sendMessage(8, 'x')).rejects.toThrow('404: Not Found: method not found')
  heal()
  await bare.sendMessage(8, 'x')
  telegram.assertClean()
})

test('plain objects are lost in multipart unless they are made text', async () => {
  const { telegram, bare, hard } = await opened()
  const { messageId } = telegram.reads(7)[0] ?? { messageId: 0 }
  const document = { source: Buffer.from('x'), filename: 'x.txt' }
  const extra = { reply_parameters: { message_id: messageId } }
  await bare.sendDocument(7, document, extra)
  await hard.sendDocument(7, document, extra)
  expect(
    telegram
      .reads(7)
      .slice(1)
      .map(({ replyToId }) => replyToId),
  ).toEqual([undefined, messageId])
  telegram.assertClean()
})

test('enforced limits refuse what is too much, and a hardened telegraf gets all of it through', async () => {
  const { telegram, hard } = await opened({ limits: { enforced: true, perChatBurst: 1 } })
  await Promise.all([hard.sendMessage(7, 'one'), hard.sendMessage(7, 'two')])
  expect(texts(telegram).toSorted()).toEqual(['one', 'two'])
  expect(telegram.limits.excesses.length).toBeGreaterThan(0)
  telegram.assertClean()
})

test('a second poller ends the first one with 409 in Telegram’s words', async () => {
  const { telegram } = await opened()
  const [first, second] = [0, 1].map(
    () => new Telegraf(telegram.token, { telegram: { apiRoot: telegram.apiRoot } }),
  ) as [Telegraf, Telegraf]
  const polls = () => telegram.calls.filter(({ method }) => method === 'getUpdates').length
  const firstPolling = first.launch()
  await telegram.until('the first poll', () => polls() === 1)
  const secondPolling = second.launch()
  onTestFinished(async () => {
    second.stop()
    await secondPolling
  })
  await expect(firstPolling).rejects.toThrow(
    '409: Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
  )
  telegram.assertClean([/terminated by other getUpdates request/])
})

test('a wrong token is 401, at the start and in every call', async () => {
  const { telegram } = await opened()
  const stranger = new Telegraf('1:wrong', { telegram: { apiRoot: telegram.apiRoot } })
  await expect(stranger.launch()).rejects.toThrow('401: Unauthorized')
  await expect(stranger.telegram.sendMessage(7, 'x')).rejects.toMatchObject({ code: 401 })
})

test('a token of any form is taken', async () => {
  const { bare } = await opened({ token: 'my opaque/token' })
  await expect(bare.getMe()).resolves.toMatchObject({ username: 'arbdesk_test_bot' })
})

test('polling lives through 429 in getUpdates', async () => {
  const { telegram } = await opened()
  const methods = ['getUpdates']
  telegram.mishaps.plan({ kind: 'flood', retryAfterSeconds: 1 }, { methods, times: 1 })
  const bot = new Telegraf(telegram.token, { telegram: { apiRoot: telegram.apiRoot } })
  bot.start((ctx) => ctx.reply('Welcome'))
  const polling = bot.launch()
  await telegram.until('the welcome', () => texts(telegram).includes('Welcome'))
  bot.stop()
  await polling
  expect(telegram.mishaps.happened()).toBe(1)
})

test('a handler that throws ends polling for good, and its update is not lost', async () => {
  const { telegram } = await opened()
  const bot = new Telegraf(telegram.token, { telegram: { apiRoot: telegram.apiRoot } })
  bot.catch((error) => {
    throw error
  })
  bot.start(() => {
    throw new Error('a bug')
  })
  await expect(bot.launch()).rejects.toThrow('a bug')
  expect(telegram.delivered).toHaveLength(1)
})

test('a method Telegram does not have is 404', async () => {
  const { telegram, bare } = await opened()
  await expect(bare.callApi('sendMoney' as never, {} as never)).rejects.toThrow(
    '404: Not Found: method not found',
  )
  expect(() => telegram.assertClean()).toThrow('sendMoney')
})
