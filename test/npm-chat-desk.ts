// The desk as a person starts it, between a Discord and a Telegram for tests, with people on both.
import { setTimeout as sleep } from 'node:timers/promises'
import { openDatabase } from '../src/database/connect.ts'
import { readDeskFile } from '../workers/supervisor/desk-file.ts'
import { startDiscordDouble, type DiscordDouble } from './doubles/discord/discord-double.ts'
import type { SeenMessage as DiscordMessage } from './doubles/discord/seen.ts'
import { startTelegramDouble, type TelegramDouble } from './doubles/telegram/telegram-double.ts'
import type { SeenMessage as TelegramMessage } from './doubles/telegram/view.ts'
import { readTruth } from './judge.ts'
import { discardHome, makeClosedHome, npmStart, processesOf, type NpmDesk } from './npm-desk.ts'
import { until } from './started-desk.ts'
import { toldOf } from './told.ts'

/** Who may do what; eve is nobody. */
export const onDiscord = {
  ann: '700000000000000007',
  cat: '730000000000000003',
  eve: '660000000000000066',
} as const
export const onTelegram = { ann: 7, bob: 8, dan: 4, eve: 66 } as const

const operators = [
  `ann@discord:${onDiscord.ann}=trader`,
  `ann@telegram:${onTelegram.ann}=admin`,
  `bob@telegram:${onTelegram.bob}=viewer`,
  `cat@discord:${onDiscord.cat}=trader`,
  `dan@telegram:${onTelegram.dan}=trader`,
]

export type Admin = { readonly discord: string; readonly telegram: number }

/** So many more people who may do everything, each with an account on either platform. */
export const adminsOf = (count: number): readonly Admin[] =>
  Array.from({ length: count }, (_, i) => ({ discord: String(910_000 + i), telegram: 910_000 + i }))

const listedAdmin = ({ discord, telegram }: Admin): string =>
  `admin-${telegram}@discord:${discord}=admin,admin-${telegram}@telegram:${telegram}=admin`

/** One question to people, and the card that each platform shows of it. */
export type Question = {
  readonly id: string
  readonly route: string
  readonly discord: DiscordMessage
  readonly telegram: TelegramMessage
}

export type NpmChatDesk = {
  readonly desk: NpmDesk
  readonly discord: DiscordDouble
  readonly telegram: TelegramDouble
  /** The group on Telegram that the desk talks to. */
  readonly group: number
  /** The next question that nobody here was handed yet, about a gap that lives for so long at least. */
  readonly question: (livesMsMin: number) => Promise<Question>
  /** The same question's cards as they stand now. */
  readonly again: (question: Question) => Pick<Question, 'discord' | 'telegram'>
  /** Waits until both copies show it. */
  readonly bothShow: (
    question: Question,
    words: RegExp,
  ) => Promise<Pick<Question, 'discord' | 'telegram'>>
  /** Takes away the processes that talk to people, without a word; answers when others listen in their place. */
  readonly killBots: () => Promise<void>
  /** Waits until both cards are written down: until then a process that dies leaves Telegram in doubt. */
  readonly writtenDown: (question: Question) => Promise<void>
  readonly close: () => Promise<void>
}

const waitMsMax = 60_000

export async function openNpmChatDesk(admins: readonly Admin[] = []): Promise<NpmChatDesk> {
  const discord = await startDiscordDouble()
  const telegram = await startTelegramDouble()
  for (const [name, id] of Object.entries(onDiscord)) discord.addUser({ id, name })
  for (const [name, id] of Object.entries(onTelegram)) telegram.person(id, { first_name: name })
  for (const admin of admins) telegram.person(admin.telegram)
  const group = telegram.supergroup({ members: Object.values(onTelegram) })
  const home = makeClosedHome()
  const desk = npmStart(home, {
    args: ['--json'],
    env: {
      DISCORD_TOKEN: discord.token,
      DISCORD_GUILD_ID: discord.guildId,
      DISCORD_CHANNEL_ID: discord.channelId,
      DISCORD_API_URL: discord.apiUrl,
      TELEGRAM_TOKEN: telegram.token,
      TELEGRAM_CHAT_ID: String(group),
      TELEGRAM_API_ROOT: telegram.apiRoot,
      ARBDESK_OPERATORS: [...operators, ...admins.map(listedAdmin)].join(),
    },
  })
  const handedOut = new Set<string>()

  const again = (question: Question) => {
    const now = telegram.readsAgain(question.telegram)
    if (now === undefined) throw new Error('a card on Telegram was deleted')
    return { discord: discord.message(question.discord.id), telegram: now }
  }

  /** Of this moment: the truth file says when the gap goes. */
  function open(livesMsMin: number): Question | undefined {
    const told = toldOf(desk.told(), 'approval')
    if (desk.process.exitCode !== null) throw new Error(`the desk has ended: ${desk.errors()}`)
    const gaps = told.length === 0 ? [] : readTruth(home)
    for (const { id, route, state } of told) {
      const isNew = !handedOut.has(id) && told.findLast((each) => each.id === id)?.state === state
      const lives = ({ to }: { to: string }) => Date.parse(to) - Date.now() >= livesMsMin
      const isThere = gaps.some((gap) => gap.route === route && gap.decoy === null && lives(gap))
      if (!isNew || state !== 'asked' || !isThere) continue
      const words = `Approve ${id}?`
      const onScreen = {
        discord: discord.messages().find(({ text }) => text.includes(words)),
        telegram: telegram.reads(group).find(({ text }) => text.includes(words)),
      }
      if (onScreen.discord === undefined || onScreen.telegram === undefined) continue
      return { id, route, discord: onScreen.discord, telegram: onScreen.telegram }
    }
    return undefined
  }

  return {
    desk,
    discord,
    telegram,
    group,
    again,
    async question(livesMsMin) {
      const found = await discord.until('a question', () => open(livesMsMin), waitMsMax)
      handedOut.add(found.id)
      return found
    },
    async bothShow(question, words) {
      const show = () => {
        const now = again(question)
        return words.test(now.discord.text) && words.test(now.telegram.text) && now
      }
      try {
        return await discord.until(`${words} on both platforms`, show, waitMsMax)
      } catch (error) {
        const { discord: one, telegram: other } = again(question)
        throw new Error(`they show\n${one.text}\nand\n${other.text}`, { cause: error })
      }
    },
    async writtenDown({ discord: { id }, telegram: { messageId } }) {
      const url = readDeskFile(home)?.run.databaseUrl ?? ''
      const { db, close } = openDatabase({ url, name: 'test' })
      const shown = db.selectFrom('chat_messages').select('message')
      const both = shown.where('message', 'in', [id, String(messageId)])
      await until(async () => (await both.execute()).length === 2)
      await close()
    },
    async killBots() {
      const bots = processesOf(home).filter((line) => /(?:discord|telegram)-process\.ts/.test(line))
      if (bots.length !== 2) throw new Error(`these talk to people: ${bots.join(', ')}`)
      const connections = () => discord.gateway.identifies.length + discord.gateway.resumes.length
      const polls = () => telegram.calls.filter(({ method }) => method === 'getUpdates').length
      for (const line of bots) process.kill(Number(line.split(' ')[0]), 'SIGKILL')
      // Whatever they had sent has arrived.
      await sleep(100)
      const before = { connections: connections(), polls: polls() }
      const isBack = () =>
        connections() > before.connections &&
        polls() > before.polls &&
        discord.gateway.connected > 0
      await discord.until('the bots to come back', isBack, waitMsMax)
    },
    async close() {
      await discardHome(home)
      await discord.close()
      await telegram.close()
    },
  }
}
