/**
 * A Telegram for tests: a local Bot API on 127.0.0.1 that the real telegraf talks to by long polling, strict
 * enough that what the real Telegram would refuse fails here, in Telegram's own words.
 *
 * A test opens one, puts people and chats into it, points the bot at `apiRoot` and `token`, acts as people do
 * and reads what they see:
 *
 *     const telegram = await startTelegramDouble()
 *     telegram.person(7, { first_name: 'Ann' })
 *     const desk = telegram.supergroup({ members: [7], isForum: true })
 *     const bot = new Telegraf(telegram.token, { telegram: { apiRoot: telegram.apiRoot } })
 *     telegram.as(7).says(desk, '/status')
 *     const card = await telegram.until('a card', () => telegram.reads(desk).find(isCard))
 *     const press = telegram.as(7).taps(card, 'Approve')
 *     await telegram.until('the answer', () => press.popup)
 *     telegram.assertClean()
 *     await telegram.close()
 *
 * - What the bot sends and what is answered is held to the Bot API's description where `../shared/specs` is
 *   there; `specificationSkipReason` says where it is not. `assertClean` throws for every misfit, and for every
 *   refusal that no test ordered (name expected ones: `assertClean([/message is not modified/])`).
 * - `mishaps.plan` makes calls fail: 429 with retry_after, 502, sockets cut before or after the effect, slow
 *   answers, refusals of any kind. `limits` counts what Telegram's budgets forbid and refuses it once enforced.
 * - Privacy mode is on: in groups the bot hears commands, replies to itself and service messages, unless it is
 *   an administrator there or `readsAllGroupMessages` is set. A bot may not write to who never started it.
 * - Message ids of supergroups are counted chat by chat, so the same number means different messages.
 * - An edit without reply_markup takes the keyboard away; a callback query can be answered once and for 15 s.
 * - A field the Bot API does not describe is a misfit too: telegraf's own `Markup.button` adds `hide`, plain
 *   objects do not.
 * - End the bot before the double: a poll that loses its server sleeps five seconds in telegraf.
 * - Unlike Telegram, this double does not hold a repeated empty poll for three seconds, does not read Markdown,
 *   fetches no files from addresses and does not send webhooks (`webhook` only makes polling conflict).
 *
 * Times are `World.now`'s: milliseconds since 1970 with fractions. Nothing here reads the environment.
 */
import { assertNoFaults, noFaults, type Faults } from './faults.ts'
import { noFiles } from './files.ts'
import { latencyOf, type Latency } from './latencies.ts'
import { createLimits, telegramLimits, type LimitOptions, type Limits } from './limits.ts'
import { createMishaps, type Mishaps } from './mishaps.ts'
import type { Update, User } from './objects.ts'
import { actAs, type Actor, type MessageRef } from './person.ts'
import {
  addGroup,
  addPerson,
  addTopic,
  changeBot,
  changeTopic,
  roomAt,
  upgradeGroup,
  type GroupOptions,
} from './places.ts'
import { serve, type RecordedCall } from './serve.ts'
import { loadSpecification } from './specification.ts'
import type { Press, Rights, Status, Topic, World } from './state.ts'
import { createUpdateQueue } from './updates.ts'
import { readMessage, readRoom, type SeenMessage } from './view.ts'
import { createWaits } from './waits.ts'

export type TelegramDoubleOptions = {
  /** Any text; Telegram's own form is not asked for. */
  readonly token?: string
  readonly bot?: Partial<User>
  readonly readsAllGroupMessages?: boolean
  /** 15 s when left out. */
  readonly queryLifetimeMs?: number
  readonly limits?: Partial<LimitOptions>
  /** Milliseconds since 1970; a test that moves time passes its own. */
  readonly now?: () => number
}

export type TelegramDouble = {
  readonly apiRoot: string
  readonly token: string
  readonly bot: User

  /** Makes someone known who has not started the bot; `as` does it too. */
  person(id: number, about?: Partial<Omit<User, 'id'>>): Actor
  /** Opens a basic group and returns its id. */
  group(options?: GroupOptions): number
  supergroup(options?: GroupOptions & { readonly isForum?: boolean }): number
  /** Opens a forum topic and returns its id. */
  topic(chatId: number, name: string): number
  /** Closes, reopens or deletes a topic; 1 is the General one. */
  changeTopic(chatId: number, topicId: number, state: Topic['state']): void
  /** Turns a group into a supergroup and returns the new id. */
  upgrade(chatId: number): number
  /** Makes the bot a member, administrator, restricted, kicked, …; it is told by my_chat_member. */
  changeBot(chatId: number, status: Status, rights?: Partial<Rights>): void
  /** While a webhook is set, getUpdates is refused; '' takes it back. */
  webhook(url: string): void

  /** Acts as that person; unknown ones are made up. */
  as(userId: number): Actor
  /** The visible messages, oldest first; of one topic if it is named. */
  reads(chatId: number, topicId?: number): SeenMessage[]
  /** The message as it stands now; undefined when it is gone. */
  readsAgain(message: MessageRef): SeenMessage | undefined

  /** Every press so far, with its delivery, answer and edit. */
  presses(): Press[]
  latencies(): Latency[]
  /** Every request so far. */
  readonly calls: readonly RecordedCall[]
  /** Every update that was delivered, as it was. */
  readonly delivered: readonly Update[]
  /** Delivers an update once more under its old number, as after a crash or by an attacker. */
  replays(update: Update): void
  /** The commands last set for a scope, "default", "all_private_chats", "chat 7", … */
  commands(scope?: string): readonly unknown[]

  readonly limits: Limits
  readonly mishaps: Mishaps
  readonly faults: Faults
  /** Throws if the bot broke a rule; `allowed` are descriptions of refusals that are expected. */
  assertClean(allowed?: readonly RegExp[]): void
  /**
   * Waits until `look` finds something (anything but undefined and false) and returns it. It looks again
   * whenever a call ends or a person acts, and rejects with `what` after `timeoutMs` (10 s).
   */
  until<T>(what: string, look: () => T | undefined | false, timeoutMs?: number): Promise<T>
  /** Ends polls, sockets and the server. */
  close(): Promise<void>
}

const defaultBot: User = {
  id: 5_000_000_001,
  is_bot: true,
  first_name: 'Arbdesk',
  username: 'arbdesk_test_bot',
}

function createWorld(options: TelegramDoubleOptions, delivered: Update[]): World {
  const now = options.now ?? (() => performance.timeOrigin + performance.now())
  const presses = new Map<string, Press>()
  const onDelivered = (update: Update) => {
    delivered.push(update)
    if (!('callback_query' in update)) return
    const press = presses.get(update.callback_query.id)
    if (press !== undefined) press.deliveredAtMs ??= now()
  }
  return {
    token: options.token ?? '5000000001:AATestTestTestTestTestTestTestTest',
    bot: { ...defaultBot, ...options.bot },
    readsAllGroupMessages: options.readsAllGroupMessages ?? false,
    queryLifetimeMs: options.queryLifetimeMs ?? 15_000,
    now,
    people: new Map(),
    rooms: new Map(),
    presses,
    updates: createUpdateQueue({ now, onDelivered }),
    files: noFiles(),
    faults: noFaults(),
    commands: new Map(),
    menuButtons: new Map(),
    lastMessageId: 0,
  }
}

/** Starts an empty Telegram on a free port. Close it at the end of the test. */
export async function startTelegramDouble(
  options: TelegramDoubleOptions = {},
): Promise<TelegramDouble> {
  const delivered: Update[] = []
  const world = createWorld(options, delivered)
  const limits = createLimits({ ...telegramLimits, ...options.limits }, world.now)
  const mishaps = createMishaps()
  const calls: RecordedCall[] = []
  const waits = createWaits()
  const changed = () => waits.changed()
  const front = { world, limits, mishaps, calls, specification: loadSpecification(), changed }
  const { server, apiRoot } = await serve(front)

  const as = (userId: number): Actor => {
    if (!world.people.has(userId)) addPerson(world, userId, {})
    const person = world.people.get(userId)
    if (person === undefined) throw new Error(`There is no user ${userId}.`)
    return actAs(world, person, changed)
  }

  return {
    apiRoot,
    token: world.token,
    bot: world.bot,
    person: (id, about = {}) => {
      addPerson(world, id, about)
      return as(id)
    },
    group: (group = {}) => addGroup(world, 'group', group),
    supergroup: (group = {}) => addGroup(world, 'supergroup', group),
    topic: (chatId, name) => addTopic(world, chatId, name),
    changeTopic: (chatId, topicId, state) => changeTopic(world, chatId, topicId, state),
    upgrade: (chatId) => upgradeGroup(world, chatId),
    changeBot: (chatId, status, rights) => changeBot(world, chatId, status, rights),
    webhook: (url) => world.updates.setWebhook(url),
    as,
    reads: (chatId, topicId) => readRoom(world, roomAt(world, chatId), topicId),
    readsAgain: ({ chatId, messageId }) => readMessage(world, roomAt(world, chatId), messageId),
    presses: () => [...world.presses.values()],
    latencies: () => [...world.presses.values()].map(latencyOf),
    calls,
    delivered,
    replays: (update) => world.updates.again(update),
    commands: (scope = 'default') => world.commands.get(scope) ?? [],
    limits,
    mishaps,
    faults: world.faults,
    assertClean: (allowed) => assertNoFaults(world.faults, allowed),
    until: (what, look, timeoutMs) => waits.until(what, look, timeoutMs),
    close: async () => {
      world.updates.close()
      waits.close()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
