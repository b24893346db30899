// `watchlist`: which books are watched and why, and what people want watched or never traded.
import type { Role } from '../approval/role.ts'
import { parseRoute } from '../market/route.ts'
import { badgesOf } from '../notification/labels.ts'
import { wishedRoute, wishesMax, type WatchWish } from '../opportunity/watch-wish.ts'
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
import { listWatched, subjectText, wishJson, type Subject } from './watchlist-card.ts'

const actions = ['list', 'add', 'block', 'remove'] as const
type Action = (typeof actions)[number]

/** A symbol as venues have it, such as "BTC/USDT"; some list it with marks of their own. */
const symbolPattern = /^[^\s>/]{1,40}\/[^\s>/]{1,40}$/

/** "BTC/USDT", "BTC/USDT kucoin" or a route's name. */
function readSubject(typed: string, venue: string | undefined): Subject | Failure {
  const route = parseRoute(typed)
  if (route !== undefined)
    return venue === undefined
      ? { subject: wishedRoute(route), venue: undefined }
      : badUsage('A route names its venues itself; leave --venue out')
  const [symbol = '', named, ...more] = typed.split(' ')
  const at = (named ?? venue)?.toLowerCase()
  if (
    !symbolPattern.test(symbol) ||
    more.length > 0 ||
    (named !== undefined && venue !== undefined)
  )
    return badUsage(
      `"${typed.slice(0, 60)}" is no symbol such as BTC/USDT, BTC/USDT kucoin, nor a route such as cross BTC/USDT kucoin>binance`,
    )
  return { subject: symbol.toUpperCase(), venue: at }
}

/** Whether any venue is known to trade it; a wish may come before a listing. */
async function unknownText(
  { subject, venue }: Subject,
  { history }: CommandContext,
): Promise<string> {
  if (parseRoute(subject) !== undefined) return ''
  const prices = await history.latestPrices(subject)
  const isKnown = prices.some((price) => venue === undefined || price.venue === venue)
  return isKnown ? '' : ` No price of it was recorded lately, so mind the spelling.`
}

async function makeWish(
  subject: Subject,
  kind: WatchWish['wish'],
  context: CommandContext,
): Promise<Answer> {
  const { wishes, actor, labels, announce } = context
  const by = signatureOf(actor)
  const made = await wishes.wish({ ...subject, wish: kind, by })
  if (made === undefined)
    return failed(`There may be ${wishesMax} wishes; "watchlist remove" makes room`)
  const name = subjectText(made)
  const effect =
    kind === 'add'
      ? 'is listed before all others from the next sweep on, as far as its venues allow'
      : 'is not listed and not offered any more'
  await announce({
    kind: 'status',
    subject: `Watchlist: ${name}`,
    text: `${by} ${kind === 'add' ? 'added' : 'blocked'} it.`,
  })
  return {
    title: `${kind === 'add' ? 'Added' : 'Blocked'}: ${name}`,
    tone: 'good',
    badges: badgesOf(labels),
    text: `It ${effect}.${await unknownText(made, context)}`,
    actions: [
      {
        label: 'Undo',
        command: 'watchlist',
        args: {
          action: 'remove',
          what: made.venue === undefined ? made.subject : `${made.subject} ${made.venue}`,
        },
        style: 'plain',
      },
    ],
    json: wishJson(made),
  }
}

async function remove(subject: Subject, context: CommandContext): Promise<Answer> {
  const { wishes, actor, labels, announce } = context
  const forgotten = await wishes.forget(subject.subject, subject.venue)
  const name = subjectText(subject)
  if (forgotten === undefined)
    return failed(`${name} is neither added nor blocked; "watchlist" shows what is`)
  const was = forgotten.wish === 'add' ? 'added' : 'blocked'
  await announce({
    kind: 'status',
    subject: `Watchlist: ${name}`,
    text: `${signatureOf(actor)} took back that ${forgotten.by} ${was} it.`,
  })
  return {
    title: `No longer ${was}: ${name}`,
    tone: 'good',
    badges: badgesOf(labels),
    text: 'The ranking decides about it again, from the next sweep on.',
    json: { ...wishJson(forgotten), removed: true },
  }
}

const roleOf = (action: Action): Role => (action === 'list' ? 'viewer' : 'operator')

export const watchlist = defineCommand({
  name: 'watchlist',
  summary: 'Which books are watched and why; add, block or remove one',
  help: 'Alone it shows the books that have a websocket, best first, each with why it is listed, and what people added or blocked. add lists a symbol or a route before all others, as far as its venues allow; block never lists and never offers it, and "why" says so; remove takes either back. A symbol may be followed by a venue. Changes need an operator.',
  role: 'viewer',
  roleFor: ({ action }) => roleOf(action),
  options: {
    action: withDefault(choice('What to do; left out it lists', actions), 'list'),
    what: optional(
      text('A symbol, a symbol and a venue, or a route; of the list, a venue too', {
        suggests: 'routes',
      }),
    ),
    venue: optional(text('The symbol on this venue alone', { suggests: 'venues' })),
  },
  positional: ['action', 'what'],
  rest: 'what',
  examples: [
    'watchlist',
    'watchlist list kucoin',
    'watchlist add BTC/USDT',
    'watchlist block DOGE/USDT kucoin',
    'watchlist block cross BTC/USDT kucoin>binance',
    'watchlist remove BTC/USDT',
  ],
  async run({ action, what, venue }, context) {
    if (action === 'list') return listWatched(what ?? venue, context)
    if (what === undefined)
      return badUsage(`watchlist ${action} needs a symbol or a route: watchlist ${action} BTC/USDT`)
    const subject = readSubject(what, venue)
    if ('outcome' in subject) return subject
    switch (action) {
      case 'add':
      case 'block':
        return makeWish(subject, action, context)
      case 'remove':
        return remove(subject, context)
    }
  },
})
