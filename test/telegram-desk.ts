// A desk on a Telegram for tests: the real adapter, the real stores, and people who use it.
import { onTestFinished } from 'vitest'
import { runTelegramDesk, type TelegramDeskWiring } from '../bots/telegram/telegram-desk.ts'
import { allCommands } from '../src/commands/all-commands.ts'
import type { Role } from '../src/approval/role.ts'
import { openDatabase } from '../src/database/connect.ts'
import { secret } from '../src/secret.ts'
import type { TestDesk } from './desk.ts'
import { openTelegram } from './doubles/telegram/opened-telegram.ts'
import type { TelegramDouble, TelegramDoubleOptions } from './doubles/telegram/telegram-double.ts'
import type { SeenMessage } from './doubles/telegram/view.ts'

/** ann is an admin, bob a trader, vic a viewer; eve is nobody. */
export const ann = 7
export const bob = 8
export const vic = 9
export const eve = 66
const roles: readonly (readonly [id: number, name: string, role: Role])[] = [
  [ann, 'ann', 'admin'],
  [bob, 'bob', 'trader'],
  [vic, 'vic', 'viewer'],
]

export type TelegramDesk = {
  readonly telegram: TelegramDouble
  /** The configured chat. */
  readonly home: number
  /** The newest message with these words, now or soon. */
  readonly sees: (chat: number, words: string | RegExp) => Promise<SeenMessage>
  /** Ends this process of the desk, as `npm start` ends its roles. */
  readonly stop: () => Promise<void>
  /** Starts one (more); `stop` ends the last. */
  readonly start: (changes?: Partial<TelegramDeskWiring>) => Promise<void>
}

export type TelegramDeskOptions = {
  readonly double?: TelegramDoubleOptions
  /** Makes the home chat. A supergroup when left out. */
  readonly home?: (telegram: TelegramDouble) => number
  readonly changes?: Partial<TelegramDeskWiring>
}

const isLike = (text: string, words: string | RegExp) =>
  typeof words === 'string' ? text.includes(words) : words.test(text)

/** Who is listed, in the database as an admin would have it. */
export async function listPeople({ runtime }: TestDesk): Promise<void> {
  for (const [id, name, role] of roles)
    await runtime.people.changeOperator(
      { surface: 'telegram', id: String(id), name, role },
      'terminal:test',
    )
}

/** Every Telegram for tests numbers its updates from the same number on. */
async function forgetUpdates({ runtime }: TestDesk): Promise<void> {
  const url = runtime.config.databaseUrl?.reveal()
  if (url === undefined) throw new Error('a desk for tests has a database')
  const { db, close } = openDatabase({ url, name: 'test' })
  await db.deleteFrom('updates_seen').execute()
  await close()
}

/** Opens Telegram and one process of the desk, both closed when the test is over. */
export async function openTelegramDesk(
  desk: TestDesk,
  options: TelegramDeskOptions = {},
): Promise<TelegramDesk> {
  const { runtime } = desk
  const telegram = await openTelegram(options.double)
  for (const id of [ann, bob, vic, eve]) telegram.person(id)
  const home = options.home?.(telegram) ?? telegram.supergroup({ members: [ann, bob, vic, eve] })
  const processes: { stop(): Promise<void> }[] = []
  await forgetUpdates(desk)
  const newest = await runtime.outbox.position(`test ${telegram.apiRoot}`)
  await runtime.outbox.moveTo('telegram', newest)

  async function start(changes: Partial<TelegramDeskWiring> = {}): Promise<void> {
    const stopping = new AbortController()
    const polls = () => telegram.calls.filter(({ method }) => method === 'getUpdates').length
    const before = polls()
    const ended = runTelegramDesk(
      {
        runtime,
        telegram: {
          token: secret(telegram.token),
          chatId: String(home),
          apiRoot: telegram.apiRoot,
        },
        commands: allCommands,
        ...options.changes,
        ...changes,
      },
      stopping.signal,
    )
    processes.push({
      async stop() {
        stopping.abort()
        await ended
      },
    })
    if (processes.length === 1) await telegram.until('a poll', () => polls() > before)
  }

  async function stop(): Promise<void> {
    await processes.pop()?.stop()
  }

  onTestFinished(async () => {
    while (processes.length > 0) await stop()
    const { chats } = runtime
    for (const chat of await chats.list('telegram')) await chats.leave(chat)
  })
  await start()
  return {
    telegram,
    home,
    start,
    stop,
    sees: (chat, words) =>
      telegram.until(`${String(words)} in ${chat}`, () =>
        telegram.reads(chat).findLast(({ from, text }) => from.is_bot && isLike(text, words)),
      ),
  }
}
