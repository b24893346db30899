// A chat with people in it, for tests: one desk above one platform in memory, and what people do there.
import { createChatDesk, type ChatDeskWiring } from '../bots/chat/create-chat-desk.ts'
import { createDeliverer, type Deliverer, type DeliverWiring } from '../bots/chat/deliver.ts'
import type { Arrival, ChatDesk, ChatReply } from '../bots/chat/chat-desk.ts'
import { allCommands } from '../src/commands/all-commands.ts'
import { readTickerDump } from '../src/exchanges/ticker-dump.ts'
import type { Role } from '../src/approval/role.ts'
import type { Budgets } from '../bots/chat/budget.ts'
import type { TestDesk } from './desk.ts'
import type { FakePlatform } from './fake-platform.ts'

const unlimited: Budgets = { ofChat: () => ({ sends: [], edits: [], both: [] }), overall: [] }

/** Accounts by "surface:id"; change it and the next click knows. */
export type People = Map<string, { name: string; role: Role }>

export type ChatRoom = {
  readonly platform: FakePlatform
  readonly chatDesk: ChatDesk
  readonly deliverer: Deliverer
  readonly home: string
  /** Somebody's doing, each a new update. */
  arrival(account: string, changes?: Partial<Arrival>): Arrival
  type(account: string, line: string, changes?: Partial<Arrival>): Promise<ChatReply>
  /** Presses the newest button with this label that is seen in the room. */
  tap(account: string, label: string, changes?: Partial<Arrival>): Promise<ChatReply>
  readonly bugs: unknown[]
  stop(): Promise<void>
}

let updates = 0

export function openChatRoom(
  { runtime, desk }: TestDesk,
  platform: FakePlatform,
  home: string,
  people: People,
  changes: Partial<DeliverWiring & ChatDeskWiring> = {},
): ChatRoom {
  const { surface } = platform
  const bugs: unknown[] = []
  const common = {
    commands: allCommands,
    chats: runtime.chats,
    homes: [home],
    now: () => new Date(),
    warn: () => {},
    reportBug: (error: unknown) => void bugs.push(error),
  }
  const chatDesk = createChatDesk({
    ...common,
    surface,
    desk,
    buttons: runtime.buttons,
    updates: runtime.updates,
    operators: (_, account) => Promise.resolve(people.get(`${surface}:${account}`)),
    audit: (entry) => runtime.audit.record(entry),
    scrub: (text) => text,
    readTickerDump,
    ...changes,
  })
  const deliverer = createDeliverer({
    ...common,
    platform,
    messages: runtime.messages,
    outbox: runtime.outbox,
    labels: desk.labels,
    hub: runtime.queues,
    isListed: (account) => Promise.resolve(people.has(`${surface}:${account}`)),
    budgets: unlimited,
    announce: desk.announce,
    ...changes,
  })
  const stopping = new AbortController()
  const ended = deliverer.run(stopping.signal)
  const arrival = (account: string, more: Partial<Arrival> = {}): Arrival => ({
    surface,
    update: `u${++updates}`,
    account: { id: account, displayName: `person ${account}` },
    chat: home,
    isPrivate: false,
    ...more,
  })
  return {
    platform,
    chatDesk,
    deliverer,
    home,
    arrival,
    bugs,
    type(account, line, more) {
      const [name = '', ...words] = line.split(' ')
      return chatDesk.command(arrival(account, more), name, words)
    },
    tap(account, label, more) {
      const { chat, message, data } = platform.dataOf(label)
      return chatDesk.press(arrival(account, { chat, ...more }), message, data)
    },
    async stop() {
      stopping.abort()
      await ended
    },
  }
}

/** The one line that somebody was told. */
export function lineIn(reply: ChatReply): string {
  if (reply.outcome !== 'told') throw new Error(`not told but ${reply.outcome}`)
  return reply.text
}
