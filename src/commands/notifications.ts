// `notifications`: what one chat is told, and how loudly.
import type { Role } from '../approval/role.ts'
import { badgesOf } from '../notification/labels.ts'
import type { Card } from '../notification/card.ts'
import { chatName, isWithin, type Chat } from '../notification/chat.ts'
import type { KnownChat } from '../notification/chat-store.ts'
import {
  presetNameOf,
  presets,
  routedKinds,
  type Preferences,
  type RoutedKind,
} from '../notification/preferences.ts'
import { routeText } from '../notification/route-text.ts'
import { sinceText } from '../notification/time-text.ts'
import { preferenceActions, preferenceChange, type PreferenceAction } from './change-preferences.ts'
import {
  badUsage,
  defineCommand,
  failed,
  signatureOf,
  type Answer,
  type CommandContext,
  type Failure,
} from './command.ts'
import { choice, optional, text, withDefault } from './option.ts'

function meaningOf(kind: RoutedKind): string {
  switch (kind) {
    case 'opportunity':
      return 'gaps that nobody is asked about'
    case 'approval':
      return 'questions, and what became of them'
    case 'trade':
      return 'trades whose question is not shown here'
    case 'p1':
      return 'alerts to act on soon'
    case 'p2':
      return 'alerts that are good to know'
    case 'status':
      return 'what people and the desk itself changed'
  }
}

function fieldsOf({ netPercentMin, netUsdtMin, quietHours, singles }: Preferences) {
  const quiet =
    quietHours === null ? 'none' : `${quietHours.from} to ${quietHours.to} ${quietHours.zone}`
  return [
    { name: 'Gaps from', value: `${netPercentMin} % and ${netUsdtMin} USDT on`, short: true },
    { name: 'Quiet hours', value: quiet, short: true },
    {
      name: 'Told one by one',
      value: singles === null ? 'every gap' : `${singles} gaps a minute, the others together`,
      short: true,
    },
  ]
}

function chatCard(chat: KnownChat, says: string | undefined, context: CommandContext): Card {
  const { labels, now } = context
  const { preferences, closed } = chat
  const name = presetNameOf(preferences)
  const mutes = preferences.mutes.filter(({ until }) => new Date(until) > now())
  return {
    title: `Notifications of ${chatName(chat)}${name === undefined ? '' : `: preset ${name}`}`,
    tone: closed === undefined ? (says === undefined ? 'neutral' : 'good') : 'warning',
    badges: badgesOf(labels),
    text: [
      ...(says === undefined ? [] : [`From now on ${says}.`]),
      ...(closed === undefined ? [] : [`Nothing reaches this chat: ${closed.because}.`]),
      'P0 alerts and open positions ring in every chat at any hour.',
    ].join('\n'),
    fields: fieldsOf(preferences),
    tables: [
      {
        columns: ['kind', 'is', 'what it is'],
        rows: routedKinds.map((kind) => [kind, preferences.levels[kind], meaningOf(kind)]),
      },
      ...(mutes.length === 0
        ? []
        : [
            {
              columns: ['muted route', 'until'],
              rows: mutes.map(({ route, until }) => [
                routeText(route),
                sinceText(new Date(until), now()),
              ]),
            },
          ]),
    ],
    menus: [
      {
        placeholder: 'Choose a preset',
        choices: presets.map((preset) => ({
          label: preset,
          command: 'notifications',
          args: { action: 'preset', what: preset, chat: chatName(chat) },
        })),
      },
    ],
    json: { ...chatJson(chat), ...preferences, mutes },
  }
}

const chatJson = ({ surface, chat, account, closed, preferences }: KnownChat) => ({
  surface,
  chat,
  private: account !== undefined,
  preset: presetNameOf(preferences) ?? null,
  closed: closed === undefined ? null : { at: closed.at.toISOString(), because: closed.because },
})

async function listChats({ chats, labels }: CommandContext): Promise<Answer> {
  const known = await chats.list()
  return {
    title:
      known.length === 0
        ? 'No chat is told anything yet'
        : known.length === 1
          ? '1 chat'
          : `${known.length} chats`,
    tone: 'neutral',
    badges: badgesOf(labels),
    text:
      known.length === 0
        ? 'Set DISCORD_TOKEN or TELEGRAM_TOKEN with their chat, and start the desk again.'
        : '"notifications show --chat <chat>" shows one.',
    tables:
      known.length === 0
        ? []
        : [
            {
              columns: ['chat', 'preset', 'state'],
              rows: known.map((chat) => [
                chatName(chat),
                presetNameOf(chat.preferences) ?? 'its own',
                chat.closed === undefined ? 'reached' : `not reached: ${chat.closed.because}`,
              ]),
            },
          ],
    json: known.map(chatJson),
  }
}

/** The chat that was named, else the one this was said in; a topic of a group is told what its group is. */
async function findChat(
  named: string | undefined,
  { chats, actor }: CommandContext,
): Promise<KnownChat | Chat | Failure> {
  const known = await chats.list()
  if (named !== undefined) {
    const found = known.find((chat) => chatName(chat) === named || chat.chat === named)
    if (found !== undefined) return found
    const names = known.map(chatName).join(', ')
    return failed(
      `No chat "${named.slice(0, 60)}" is told anything${names === '' ? '' : `; there is ${names}`}`,
    )
  }
  const { surface, chat = '' } = actor
  const here = known.filter((each) => each.surface === surface && isWithin(each.chat, chat))
  const found = here.find((each) => each.chat === chat) ?? here[0]
  if (found !== undefined) return found
  if (surface !== 'terminal' && actor.isPrivate === true) return { surface, chat }
  return known.length === 1 && surface === 'terminal'
    ? (known[0] as KnownChat)
    : failed('Name the chat with --chat; "notifications" in the terminal lists them')
}

async function change(
  chat: Chat,
  action: PreferenceAction,
  typed: { readonly what: string; readonly value: string },
  context: CommandContext,
): Promise<Answer> {
  const { chats, actor, announce, now } = context
  const read = preferenceChange(action, { ...typed, now: now() })
  if (read.outcome !== 'ok') return read
  const by = signatureOf(actor)
  const changed = await chats.change(chat, by, read.change, actor.account)
  await announce({
    kind: 'status',
    subject: `Notifications of ${chatName(chat)} changed`,
    text: `${by}: from now on ${read.says}.`,
  })
  return chatCard(changed, read.says, context)
}

/** A home chat stays; a private one need not be told anything. */
async function leave(chat: KnownChat | Chat, { chats, labels }: CommandContext): Promise<Answer> {
  if (!('account' in chat) || chat.account === undefined)
    return failed(
      `${chatName(chat)} is not a private chat that is told things; turn kinds off instead`,
    )
  await chats.leave(chat)
  return {
    title: `${chatName(chat)} is told nothing any more`,
    tone: 'good',
    badges: badgesOf(labels),
    text: '"notifications preset normal" there brings it back.',
    json: { ...chatJson(chat), left: true },
  }
}

function roleOf(action: 'show' | 'leave' | PreferenceAction): Role {
  switch (action) {
    case 'show':
      return 'viewer'
    // Whoever answers the cards of a route may have enough of them for a while.
    case 'mute':
    case 'unmute':
      return 'trader'
    case 'set':
    case 'min':
    case 'quiet':
    case 'digest':
    case 'preset':
    case 'leave':
      return 'operator'
  }
}

export const notifications = defineCommand({
  name: 'notifications',
  summary: 'What this chat is told: kinds, minimum, quiet hours, presets',
  help: 'Alone it shows this chat. set <kind> on|silent|off; kinds are opportunity, approval, trade, p1, p2, status or all. min percent 0.3. quiet 22:30-07:00 Europe/Berlin, or off. digest 5: so many gaps a minute one by one, or off. preset normal|quiet|all. mute 2h <route>, unmute <route>. leave ends a private chat. Changes need an operator, muting a trader; P0 alerts and open positions always ring.',
  role: 'viewer',
  roleFor: ({ action }) => roleOf(action),
  options: {
    action: withDefault(
      choice('What to do; left out it shows', ['show', ...preferenceActions, 'leave']),
      'show',
    ),
    what: optional(text('A kind, percent, usdt, times, a number, a preset or a time to mute')),
    value: optional(text('on, silent, off, a number, a time zone or a route')),
    chat: optional(text('Another chat, such as telegram:-100123', { suggests: 'chats' })),
  },
  positional: ['action', 'what', 'value'],
  rest: 'value',
  examples: [
    'notifications',
    'notifications set opportunity silent',
    'notifications min percent 0.3',
    'notifications quiet 22:30-07:00 Europe/Berlin',
    'notifications preset all',
    'notifications mute 2h cross BTC/USDT kucoin>binance',
  ],
  async run({ action, what = '', value = '', chat: named }, context) {
    if (action === 'show' && what !== '')
      return badUsage(`To change something, say what: notifications set ${what} silent`)
    if (action === 'show' && named === undefined && context.actor.surface === 'terminal')
      return listChats(context)
    const chat = await findChat(named, context)
    if ('outcome' in chat) return chat
    switch (action) {
      case 'show':
        return 'preferences' in chat
          ? chatCard(chat, undefined, context)
          : failed('This chat is told nothing; "notifications preset normal" changes that')
      case 'leave':
        return leave(chat, context)
      case 'set':
      case 'min':
      case 'quiet':
      case 'digest':
      case 'preset':
      case 'mute':
      case 'unmute':
        return change(chat, action, { what, value }, context)
    }
  },
})
