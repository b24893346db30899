// One desk from `npm start` on Discord and Telegram at once: the whole story of a gap, a race for one
// question, bots that are killed, platforms that fall silent, every command.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { bindWords, wordsOf } from '../bots/parse-line.ts'
import { joinDesk } from '../bots/terminal/join-desk.ts'
import { allCommands } from '../src/commands/all-commands.ts'
import type { Command } from '../src/commands/command.ts'
import type { Ask } from './doubles/discord/ask.ts'
import type { Press } from './doubles/telegram/state.ts'
import { startingBalances } from './ledger.ts'
import {
  adminsOf,
  onDiscord,
  onTelegram,
  openNpmChatDesk,
  type Admin,
  type NpmChatDesk,
  type Question,
} from './npm-chat-desk.ts'
import { processesOf } from './npm-desk.ts'
import { openStores } from './stores.ts'
import { settledIn, toldOf } from './told.ts'
import { readDeskFile } from '../workers/supervisor/desk-file.ts'

vi.setConfig({ testTimeout: 90_000 })

const answerMsMax = 3000
const stopMsMax = 5000

const offered = allCommands.filter(({ surfaces }) =>
  surfaces.some((surface) => surface !== 'terminal'),
)
/** Each gives one command: nobody types so fast. */
const admins = adminsOf(offered.length)

let chat: NpmChatDesk
beforeAll(async () => {
  chat = await openNpmChatDesk(admins)
})
afterAll(() => chat.close())

const labels = ['Approve', '½', '¼', 'Deny', 'Auto this route', 'Mute route 2 h', 'Chart', 'Why']

/** Trades of one question, as the ledger has them. */
async function tradesOf({ id }: Question) {
  const stores = openStores(readDeskFile(chat.desk.home)?.run.databaseUrl ?? '')
  const made = await stores.trades.list({ limit: 10_000, offset: 0 })
  const balances = await startingBalances(stores.trades)
  await stores.cutOff()
  return { made: made.filter(({ approval }) => approval === id), balances }
}

/** What somebody on Discord is told for themselves, at once or as promised. */
async function toldTo(click: Ask): Promise<string> {
  const outcome = await click.answer()
  if ('message' in outcome) return outcome.message.text
  const { followUpIds } = click.interaction
  return chat.discord.until(
    'a promised answer',
    () => followUpIds.map(chat.discord.message)[0]?.text,
  )
}

const answered = async (press: Press): Promise<string> => {
  await chat.telegram.until('an answer to a press', () => press.answeredAtMs)
  return press.popup?.text ?? ''
}

/** What is heard in time: for a press on Telegram from its delivery on. */
function expectPrompt(): void {
  const waits = [
    ...chat.discord.latencies().map(({ acknowledgedMs }) => acknowledgedMs),
    ...chat.telegram.latencies().map(({ answeredMs }) => answeredMs),
  ]
  expect(waits.filter((ms) => ms === undefined || ms > answerMsMax)).toEqual([])
}

let first: Question

test('with nothing typed, a question with its buttons is on both platforms within a minute', async () => {
  first = await chat.question(10_000)
  const afterMs = Date.now() - chat.desk.startedAtMs
  process.stderr.write(`both platforms ask ${(afterMs / 1000).toFixed(1)} s after npm start\n`)
  expect(afterMs).toBeLessThan(60_000)
  const { discord, telegram } = first
  expect(discord.buttons.map(({ label }) => label)).toEqual(labels)
  expect(telegram.buttons.flat().map(({ text }) => text)).toEqual(labels)
  for (const { text } of [discord, telegram]) {
    const words = text.replaceAll('*', '')
    expect(words.split('\n')[0]).toMatch(/PAPER.*SIMULATED MARKET/)
    expect(words).toMatch(/gross [\d.]+ - fees [\d.]+ = net \+[\d.]+ /)
    for (const part of [
      /Size: /,
      /Funded: /,
      /\d buy/,
      /\d sell/,
      /price /,
      /fee /,
      /age \d+ m?s/,
      /until \d/,
    ])
      expect(words).toMatch(part)
  }
})

test('a stranger and a viewer change nothing, and are told so at once', async () => {
  const { discord, telegram } = chat
  const stranger = discord.as(onDiscord.eve).press(first.discord, 'Approve')
  const presses = [
    telegram.as(onTelegram.bob).taps(first.telegram, 'Approve'),
    telegram.as(onTelegram.eve).taps(first.telegram, 'Approve'),
  ] as const
  expect(await toldTo(stranger)).toMatch(/Only listed people/)
  expect(await answered(presses[0])).toMatch(/trader/)
  expect(await answered(presses[1])).toMatch(/Only listed people/)
  expect((await tradesOf(first)).made).toEqual([])
  expect(chat.again(first).discord.buttons).toEqual(first.discord.buttons)
  expectPrompt()
})

test('one press is one trade, and both copies say whose it was and what came of it', async () => {
  const press = chat.discord.as(onDiscord.ann).press(first.discord, 'Approve')
  expect(await toldTo(press)).toMatch(/^Approved /)
  const settled = await chat.bothShow(first, /settled/)
  for (const { text } of Object.values(settled)) {
    expect(text).toMatch(/Approved by ann on Discord at \d\d:\d\d:\d\d UTC/)
    expect(text).toMatch(/Realised [+-][\d.]+ \w+; \+[\d.]+ \w+ expected/)
  }
  expect(settled.discord.buttons).toEqual([])
  expect(settled.telegram.buttons).toEqual([])
  const { made } = await tradesOf(first)
  expect(made).toMatchObject([{ state: 'settled' }])
  expect(settledIn(chat.desk.told()).map(({ approval }) => approval)).toEqual([first.id])
  expectPrompt()
})

test('E1 fifty clicks at once from both platforms are one trade, and each is answered', async () => {
  const { discord, telegram } = chat
  const { balances } = await tradesOf(first)
  const question = await chat.question(10_000)
  const sizes = ['Approve', 'Approve', '½', 'Approve', '¼']
  const clickers = [onDiscord.ann, onDiscord.cat, onDiscord.eve]
  const clicks = Array.from({ length: 24 }, (_, i) =>
    discord.as(clickers[i % 3] ?? '').press(question.discord, sizes[i % 5] ?? ''),
  )
  const tappers = [onTelegram.ann, onTelegram.dan, onTelegram.bob, onTelegram.eve]
  const taps = Array.from({ length: 26 }, (_, i) =>
    telegram.as(tappers[i % 4] ?? 0).taps(question.telegram, sizes[i % 5] ?? ''),
  )
  for (const { interaction } of clicks.slice(0, 4))
    discord.gateway.sendRaw('INTERACTION_CREATE', interaction.payload)
  const popups = await Promise.all(taps.map(answered))
  for (const update of telegram.delivered.slice(-4)) telegram.replays(update)
  const texts = [...popups, ...(await Promise.all(clicks.map(toldTo)))]
  // Whoever was first may hear it twice: of one trade.
  const trades = texts.flatMap((text) => /\btrade (\w+)/.exec(text)?.[1] ?? [])
  expect(new Set(trades).size).toBe(1)
  expect(texts).not.toContain('')
  expectPrompt()

  await chat.bothShow(question, /settled/)
  const { made, balances: after } = await tradesOf(question)
  expect(made).toMatchObject([{ state: 'settled' }])
  expect(after).toEqual(balances)
})

test('bots that are killed between question and click take up their cards again', async () => {
  const question = await chat.question(22_000)
  expect(chat.telegram.limits.excesses).toEqual([])
  await chat.writtenDown(question)
  await chat.killBots()
  const press = chat.discord.as(onDiscord.cat).press(question.discord, 'Approve')
  expect(await toldTo(press)).toMatch(/^Approved /)
  const settled = await chat.bothShow(question, /settled/)
  for (const { text } of Object.values(settled)) expect(text).toMatch(/Approved by cat on Discord/)
  expect((await tradesOf(question)).made).toMatchObject([{ state: 'settled' }])

  // Each question of the whole run is on one card.
  for (const { id } of toldOf(chat.desk.told(), 'approval')) {
    const words = `Approve ${id}?`
    const isAbout = (texts: readonly string[]) => texts.some((text) => text.includes(words))
    const onTelegramNow = chat.telegram
      .reads(chat.group)
      .filter(({ text, earlier }) => isAbout([text, ...earlier.map((face) => face.text)]))
    const onDiscordNow = chat.discord
      .messages()
      .filter(({ versions }) => isAbout(versions.map(({ message }) => message.content)))
    expect(onTelegramNow.length).toBeLessThanOrEqual(1)
    expect(onDiscordNow.length).toBeLessThanOrEqual(1)
  }
})

test('E7 E12 a dead gateway and a storm of refusals lose no urgent alert and double none', async () => {
  const { discord, telegram, desk, group } = chat
  const joined = await joinDesk({
    environment: { ARBDESK_HOME: desk.home },
    progress: () => {},
    signal: new AbortController().signal,
    gone: () => undefined,
  })
  const subjects = Array.from({ length: 6 }, (_, i) => `Urgent matter ${i + 1}`)
  discord.gateway.down()
  const refuse = { kind: 'rate-limited', retryAfterS: 1 } as const
  discord.order(refuse, { template: '/channels/{channel_id}/messages', times: 4 })
  const calm = telegram.mishaps.plan({ kind: 'flood', retryAfterSeconds: 2 })
  for (const subject of subjects) {
    const text = 'Something is wrong.'
    await joined.desk.announce({ kind: 'alert', severity: 'P0', subject, text })
    await sleep(700)
  }
  calm()
  discord.gateway.up()
  const shown = () => ({
    discord: subjects.map((subject) =>
      discord.messages().filter(({ text }) => text.includes(subject)),
    ),
    telegram: subjects.map((subject) =>
      telegram.reads(group).filter(({ text }) => text.includes(subject)),
    ),
  })
  const all = await discord.until(
    'every alert on both platforms',
    () => {
      const now = shown()
      return [...now.discord, ...now.telegram].every((found) => found.length > 0) && now
    },
    40_000,
  )
  await discord.until('the gateway', () => discord.gateway.connected > 0, 20_000)
  await joined.close()
  expect(all.discord.map((found) => found.length)).toEqual(subjects.map(() => 1))
  expect(all.telegram.map((found) => found.length)).toEqual(subjects.map(() => 1))
})

/** Its first example, as it is typed after a slash on each platform. */
function exampleOf(command: Command) {
  const line = command.examples[0] ?? command.name
  const read = wordsOf(line)
  const bound = bindWords(command, read.outcome === 'ok' ? read.words.slice(1) : [])
  const given = bound.outcome === 'ok' ? [...bound.given] : []
  const typed = given.map(([name, value]): [string, string | number | boolean] => {
    const text = String(value)
    switch (command.options[name]?.type) {
      case 'integer':
      case 'number':
        return [name, Number(text)]
      case 'boolean':
        return [name, text === 'true']
      case 'string':
      case undefined:
        return [name, text]
    }
  })
  return { name: command.name, line, options: Object.fromEntries(typed) }
}

/** How long the first sign of an answer took, and what it said in the end. */
async function tryOnTelegram(account: number, line: string) {
  const { telegram } = chat
  const known = new Set(telegram.reads(account).map(({ messageId }) => messageId))
  const saidMs = performance.timeOrigin + performance.now()
  telegram.as(account).says(account, `/${line}`)
  const replies = () =>
    telegram.reads(account).filter(({ from, messageId }) => from.is_bot && !known.has(messageId))
  const sign = await telegram.until(`a sign of ${line} on Telegram`, () => replies()[0])
  const shown = await telegram.until(`the answer to ${line} on Telegram`, () =>
    replies().find(({ rendered }) => !rendered.startsWith('⏳')),
  )
  return { ms: sign.sentAtMs - saidMs, text: shown.rendered }
}

async function tryOnDiscord(
  account: string,
  name: string,
  options: Record<string, string | number | boolean>,
) {
  const ask = chat.discord.as(account).slash(name, options)
  const message = await ask.message()
  const latency = chat.discord.latencies().findLast(({ userId }) => userId === account)
  return { ms: latency?.acknowledgedMs ?? Infinity, text: message.text }
}

test('every command that a platform offers is answered there in time', async () => {
  const tried: { command: string; ms: number; text: string }[] = []
  const tryBoth = async (command: Command, account: Admin | undefined) => {
    if (account === undefined) throw new Error('there are fewer admins than commands')
    const { name, line, options } = exampleOf(command)
    const [telegram, discord] = await Promise.all([
      command.surfaces.includes('telegram') && tryOnTelegram(account.telegram, line),
      command.surfaces.includes('discord') && tryOnDiscord(account.discord, name, options),
    ])
    if (telegram) tried.push({ command: `${name} on Telegram`, ...telegram })
    if (discord) tried.push({ command: `${name} on Discord`, ...discord })
  }
  // A few at a time, as people do.
  for (let n = 0; n < offered.length; n += 3)
    await Promise.all(offered.slice(n, n + 3).map((command, i) => tryBoth(command, admins[n + i])))
  expect(tried.filter(({ ms }) => ms > answerMsMax)).toEqual([])
  expect(
    tried.filter(({ text }) => text === '' || /did not succeed|went wrong/.test(text)),
  ).toEqual([])
  const slowest = tried.toSorted((a, b) => b.ms - a.ms)[0]
  process.stderr.write(
    `${tried.length} commands on both platforms, the slowest sign of an answer after ${slowest?.ms.toFixed(0)} ms (${slowest?.command})\n`,
  )
})

test('neither platform found a mistake, the lines kept their shape, and it stops in time', async () => {
  const { desk, discord, telegram } = chat
  const fromMs = performance.now()
  desk.interrupt()
  expect(await desk.ended, desk.errors()).toBe(0)
  expect(performance.now() - fromMs).toBeLessThan(stopMsMax)
  expect(processesOf(desk.home)).toEqual([])
  discord.assertNoMistakes()
  // A poll that is given up may be ended by the request that follows it.
  telegram.assertClean([/terminated by other getUpdates/])
  expect(new Set(desk.told().map(({ kind }) => kind))).toEqual(
    new Set(['status', 'opportunity', 'approval', 'trade', 'alert']),
  )
})
