// The desk of a soak: `npm start` on a busy simulator, with people's Discord and Telegram beside it.
import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { openDatabase } from '../../src/database/connect.ts'
import type { Health } from '../../workers/health.ts'
import { readDeskFile } from '../../workers/supervisor/desk-file.ts'
import { startDiscordDouble } from '../doubles/discord/discord-double.ts'
import { startTelegramDouble } from '../doubles/telegram/telegram-double.ts'
import { discardHome, makeClosedHome, npmStart } from '../npm-desk.ts'
import type { ChatCount, Sample } from './figures.ts'
import type { SoakOptions } from './soak-options.ts'
import { createToldCounts, type ToldCounts } from './told-counts.ts'
import { freePort } from '../free-port.ts'
import { liveMemoryMb } from './live-memory.ts'

export type SoakDesk = {
  readonly counts: ToldCounts
  /** One look at it. Undefined while it does not answer, or has nothing to say of its loop. */
  sample(): Promise<Omit<Sample, 'noise'> | undefined>
  /** MB that each process holds, garbage collected: that holds all of them up for a moment. */
  held(): Promise<ReadonlyMap<string, number>>
  /** Cards on each platform, against what the desk knows to have sent. */
  chats(): Promise<Readonly<Record<string, ChatCount>>>
  /** True: it has ended by itself. */
  ended(): boolean
  /** What it complained of, for people. */
  complaints(): readonly string[]
}

export type Closing = (() => Promise<unknown>)[]

const stopMsMax = 15_000
const askMsMax = 3_000
/** What is being sent when the cards are counted is written down soon after. */
const settleMsMax = 10_000
const person = { discord: '700000000000000007', telegram: 7 } as const

/** Nothing of what the desk may do in a day stands in the way of a busy hour. */
const settings = [
  'approval.mode=auto',
  'trading.day_notional_usdt_max=1000000',
  'trading.day_loss_usdt_max=100000',
  'trading.open_trades_max=20',
  'risk.drawdown_usdt_max=0',
]

const run = promisify(execFile)
/** Theirs is shown as the system has it. */
const isServer = (role: string) => role === 'Redis' || role === 'PostgreSQL'

/** MB by process, as the system has it; those that are gone are absent. */
async function residentMb(pids: readonly number[]): Promise<ReadonlyMap<number, number>> {
  const list = ['-o', 'pid=,rss=', '-p', pids.join()]
  const { stdout } = await run('ps', list).catch(() => ({ stdout: '' }))
  return new Map(
    stdout
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number))
      .flatMap(([pid, kb]) => (pid === undefined || kb === undefined ? [] : [[pid, kb / 1024]])),
  )
}

async function askHealth(port: number): Promise<Health | undefined> {
  const signal = AbortSignal.timeout(askMsMax)
  const response = await fetch(`http://127.0.0.1:${port}/health`, { signal }).catch(() => undefined)
  return response && ((await response.json().catch(() => undefined)) as Health | undefined)
}

/** Messages that the desk has written down as sent, by platform. */
async function sentCards(home: string): Promise<ReadonlyMap<string, number>> {
  const { db, close } = openDatabase({
    url: readDeskFile(home)?.run.databaseUrl ?? '',
    name: 'soak',
  })
  try {
    const rows = await db
      .selectFrom('chat_messages')
      .select(({ fn }) => ['surface', fn.count<string>('message').distinct().as('cards')])
      .groupBy('surface')
      .execute()
    return new Map(rows.map(({ surface, cards }) => [surface, Number(cards)]))
  } finally {
    await close()
  }
}

async function openPlatforms(closing: Closing) {
  const discord = await startDiscordDouble()
  closing.push(() => discord.close())
  const telegram = await startTelegramDouble()
  closing.push(() => telegram.close())
  discord.addUser({ id: person.discord, name: 'ann' })
  telegram.person(person.telegram, { first_name: 'ann' })
  const group = telegram.supergroup({ members: [person.telegram] })
  return {
    cards: () => ({
      discord: discord.messages().length,
      telegram: telegram.reads(group).length,
    }),
    env: {
      DISCORD_TOKEN: discord.token,
      DISCORD_GUILD_ID: discord.guildId,
      DISCORD_CHANNEL_ID: discord.channelId,
      DISCORD_API_URL: discord.apiUrl,
      TELEGRAM_TOKEN: telegram.token,
      TELEGRAM_CHAT_ID: String(group),
      TELEGRAM_API_ROOT: telegram.apiRoot,
      ARBDESK_OPERATORS: `ann@discord:${person.discord}=admin,ann@telegram:${person.telegram}=admin`,
    },
  }
}

/** Starts everything; what has to be taken away again is in `closing` as soon as it is there. */
export async function openSoakDesk(
  options: SoakOptions,
  closing: Closing,
  signal: AbortSignal,
): Promise<SoakDesk> {
  const platforms = await openPlatforms(closing)
  const port = await freePort()
  // Whoever stops it by now has put everything away.
  signal.throwIfAborted()
  const home = makeClosedHome()
  closing.push(() => discardHome(home))
  const desk = npmStart(home, {
    args: ['--json', ...settings.flatMap((setting) => ['--set', setting])],
    env: {
      ...platforms.env,
      ARBDESK_HTTP_PORT: String(port),
      ARBDESK_SIMULATOR_MESSAGES: String(options.messagesPerSecond),
      ARBDESK_SIMULATOR_GAPS: String(options.gapsPerMinute),
    },
  })
  const hasEnded = () => desk.process.exitCode !== null || desk.process.signalCode !== null
  closing.push(async () => {
    if (!hasEnded()) desk.interrupt()
    await Promise.race([desk.ended, sleep(stopMsMax, undefined, { ref: false })])
  })
  const counts = createToldCounts()
  desk.process.stdout?.on('data', (chunk: Buffer) => counts.out(chunk.toString()))
  desk.process.stderr?.on('data', (chunk: Buffer) => counts.err(chunk.toString()))

  function processesOf({ roles }: Health): ReadonlyMap<number, string> {
    const pids = new Map(
      Object.entries(roles).flatMap(([role, { pid }]) => (pid ? [[pid, role]] : [])),
    )
    const supervisor = readDeskFile(home)?.pid
    return supervisor === undefined ? pids : pids.set(supervisor, 'supervisor')
  }

  return {
    counts,
    ended: hasEnded,
    complaints: () =>
      [...counts.complaints()].map(([text, times]) =>
        times > 1 ? `${text} (${times} times)` : text,
      ),
    async sample() {
      const health = await askHealth(port)
      const { loop } = health?.roles ?? {}
      if (health === undefined || typeof loop?.facts['messages'] !== 'number') return undefined
      const pids = processesOf(health)
      const resident = await residentMb([...pids.keys()])
      return {
        atMs: Date.now(),
        rssMb: new Map([...resident].map(([pid, mb]) => [pids.get(pid) ?? String(pid), mb])),
        loop: loop.facts,
        restarts: Object.values(health.roles).reduce((sum, { restarts }) => sum + restarts, 0),
      }
    },
    async held() {
      const health = await askHealth(port)
      if (health === undefined) throw new Error('the desk does not say which processes it has')
      const pids = processesOf(health)
      const held = new Map<string, number>()
      const resident = await residentMb([...pids.keys()])
      for (const [pid, role] of pids)
        held.set(role, isServer(role) ? (resident.get(pid) ?? 0) : await liveMemoryMb(pid))
      return held
    },
    async chats() {
      const until = performance.now() + settleMsMax
      for (;;) {
        const shown = Object.entries(platforms.cards())
        const sent = await sentCards(home)
        const counted = shown.map(([name, delivered]): [string, ChatCount] => [
          name,
          { delivered, duplicated: Math.max(0, delivered - (sent.get(name) ?? 0)) },
        ])
        const isSettled = counted.every(([, { duplicated }]) => duplicated === 0)
        if (isSettled || performance.now() > until) return Object.fromEntries(counted)
        await sleep(500)
      }
    },
  }
}
