// A desk on a Discord for tests: the real adapter, the real stores, and people who use it.
import { onTestFinished } from 'vitest'
import { runDiscordDesk, type DiscordDeskWiring } from '../bots/discord/discord-desk.ts'
import { allCommands } from '../src/commands/all-commands.ts'
import type { Role } from '../src/approval/role.ts'
import { secret } from '../src/secret.ts'
import type { TestDesk } from './desk.ts'
import {
  startDiscordDouble,
  type DiscordDouble,
  type DiscordOptions,
} from './doubles/discord/discord-double.ts'
import type { Person } from './doubles/discord/person.ts'
import type { SeenMessage } from './doubles/discord/seen.ts'

/** ann is an admin, bob a trader, vic a viewer; eve is nobody. */
const roles = {
  ann: 'admin',
  bob: 'trader',
  vic: 'viewer',
  eve: undefined,
} as const satisfies Record<string, Role | undefined>
type Name = keyof typeof roles
const ids: Readonly<Record<Name, string>> = {
  ann: '700000000000000007',
  bob: '800000000000000008',
  vic: '900000000000000009',
  eve: '660000000000000066',
}

export type DiscordDesk = Readonly<Record<Name, Person>> & {
  readonly discord: DiscordDouble
  /** The newest message with these words, now or soon, as anybody in the channel sees it. */
  readonly sees: (words: string | RegExp, channelId?: string) => Promise<SeenMessage>
  /** The message once it is as wanted. */
  readonly becomes: (
    message: { readonly id: string },
    is: (now: SeenMessage) => boolean,
  ) => Promise<SeenMessage>
  /** Ends this process of the desk, as `npm start` ends its roles. */
  readonly stop: () => Promise<void>
  /** Starts one (more); `stop` ends the last. */
  readonly start: (changes?: Partial<DiscordDeskWiring>) => Promise<void>
}

export type DiscordDeskOptions = {
  readonly double?: DiscordOptions
  readonly changes?: Partial<DiscordDeskWiring>
  /** Commands for every server; for the home server alone when left out. */
  readonly isGlobal?: boolean
  /** The first process is not waited for. */
  readonly isAway?: boolean
}

const isLike = (text: string, words: string | RegExp) =>
  typeof words === 'string' ? text.includes(words) : words.test(text)

/** Unhurried, a bot begins one session in five seconds. */
const hurry = { identifyEveryMs: 0, pauseMs: 50, pauseMsMax: 200 } as const

/** Who is listed, in the database as an admin would have it. */
export async function listDiscordPeople({ runtime }: TestDesk): Promise<void> {
  for (const [name, role] of Object.entries(roles) as [Name, Role | undefined][])
    if (role !== undefined)
      await runtime.people.changeOperator(
        { surface: 'discord', id: ids[name], name, role },
        'terminal:test',
      )
}

/** Opens Discord and one process of the desk, both closed when the test is over. */
export async function openDiscordDesk(
  desk: TestDesk,
  options: DiscordDeskOptions = {},
): Promise<DiscordDesk> {
  const { runtime } = desk
  const discord = await startDiscordDouble(options.double)
  const people = Object.fromEntries(
    Object.entries(ids).map(([name, id]) => [name, discord.as(discord.addUser({ id, name }))]),
  ) as Record<Name, Person>
  const processes: { stop(): Promise<void> }[] = []
  const newest = await runtime.outbox.position(`test ${discord.apiUrl}`)
  await runtime.outbox.moveTo('discord', newest)

  async function start(changes: Partial<DiscordDeskWiring> = {}): Promise<void> {
    const stopping = new AbortController()
    const ended = runDiscordDesk(
      {
        runtime,
        discord: {
          token: secret(discord.token),
          guildId: options.isGlobal === true ? undefined : discord.guildId,
          channelId: discord.channelId,
          apiUrl: discord.apiUrl,
        },
        commands: allCommands,
        ...options.changes,
        ...changes,
        patience: { ...hurry, ...options.changes?.patience, ...changes.patience },
      },
      stopping.signal,
    )
    processes.push({
      async stop() {
        stopping.abort()
        await ended
      },
    })
  }

  async function stop(): Promise<void> {
    await processes.pop()?.stop()
  }

  onTestFinished(async () => {
    while (processes.length > 0) await stop()
    await discord.close()
    for (const chat of await runtime.chats.list('discord')) await runtime.chats.leave(chat)
  })
  await start()
  const place = options.isGlobal === true ? 'global' : discord.guildId
  if (options.isAway !== true)
    await discord.until('the commands', () => discord.commands(place).length > 0)
  return {
    ...people,
    discord,
    start,
    stop,
    sees: (words, channelId) =>
      discord.until(`${String(words)} on Discord`, () =>
        discord.messages(channelId).findLast(({ text }) => isLike(text, words)),
      ),
    becomes: ({ id }, is) =>
      discord.until(`message ${id} to become another`, () => {
        const now = discord.message(id)
        return is(now) && now
      }),
  }
}
