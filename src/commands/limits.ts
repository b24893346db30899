// `limits`: how much may be traded, by the desk and by each person, and what of it is used today.
import { largeTrades, unlimited, type PersonLimits } from '../approval/authority.ts'
import { estimate } from '../money.ts'
import { capitalPercentMax } from '../trade/risk-rules.ts'
import { numberText } from '../notification/amount-text.ts'
import { badgesOf } from '../notification/labels.ts'
import {
  badUsage,
  defineCommand,
  signatureOf,
  type Answer,
  type CommandContext,
} from './command.ts'
import { confirmStep, type GuardedStep } from './confirm-step.ts'
import { choice, optional, text, withDefault } from './option.ts'
import { raiseDelayMs } from './raise-step.ts'
import { readWorth } from './worth.ts'

const most = (usdt: number | undefined) =>
  usdt === undefined ? "the desk's" : `${numberText(usdt)} USDT`

/** As it is judged: with few venues an even split counts as within the limit. */
function shareText(percentMax: number, venues: number): string {
  const judged = capitalPercentMax(percentMax, Math.max(1, venues))
  return judged === percentMax
    ? `${percentMax} %`
    : `${judged.toFixed(0)} % (${percentMax} % is set, and ${venues} venues need more)`
}

async function show(context: CommandContext): Promise<Answer> {
  const { settings, people, trades, labels } = context
  const current = await settings.refresh()
  const [exposure, operators, limits, { venues }] = await Promise.all([
    trades.exposure(),
    people.listOperators(),
    people.listLimits(),
    readWorth(context),
  ])
  const names = [...new Set([...operators.map(({ name }) => name), ...limits.map((l) => l.person)])]
  const persons = await Promise.all(
    names.toSorted().map(async (person) => ({
      person,
      limits: limits.find((each) => each.person === person) ?? unlimited,
      todayUsdt: await people.approvedTodayUsdt(person),
    })),
  )
  const lost = Math.max(0, -exposure.realisedTodayUsdt)
  const two = current['approval.two_people_usdt_min']
  const rows: (readonly string[])[] = [
    ['one trade', '', `${numberText(current['trading.notional_usdt_max'])} USDT`],
    [
      'a day (UTC)',
      `${numberText(exposure.notionalTodayUsdt)} USDT`,
      `${numberText(current['trading.day_notional_usdt_max'])} USDT`,
    ],
    [
      'loss of a day',
      `${numberText(lost)} USDT`,
      `${numberText(current['trading.day_loss_usdt_max'])} USDT`,
    ],
    ['open trades', String(exposure.openTrades), String(current['trading.open_trades_max'])],
    [
      'share of one venue',
      '',
      shareText(current['trading.venue_capital_percent_max'], venues.length),
    ],
    two === 0
      ? ['two people', '', 'never asked for']
      : ['two people from', '', `${numberText(two)} USDT`],
  ]
  return {
    title: 'Limits',
    tone: 'neutral',
    badges: badgesOf(labels),
    text: 'Settings under "trading" change the desk\'s; "limits set ann 50 200" gives a person less.',
    tables: [
      { columns: ['limit', 'used', 'most'], rows },
      ...(persons.length === 0
        ? []
        : [
            {
              columns: ['person', 'approved today', 'most a trade', 'most a day'],
              rows: persons.map(({ person, todayUsdt, limits: own }) => [
                person,
                `${numberText(todayUsdt)} USDT`,
                most(own.tradeUsdtMax),
                most(own.dayUsdtMax),
              ]),
            },
          ]),
    ],
    isPrivate: true,
    json: {
      desk: {
        trade_usdt_max: current['trading.notional_usdt_max'],
        day_usdt_max: current['trading.day_notional_usdt_max'],
        day_usdt: exposure.notionalTodayUsdt,
        day_loss_usdt_max: current['trading.day_loss_usdt_max'],
        day_loss_usdt: lost,
        open_trades: exposure.openTrades,
        open_trades_max: current['trading.open_trades_max'],
        two_people_usdt_min: two,
      },
      people: persons.map(({ person, todayUsdt, limits: own }) => ({
        person,
        approved_today_usdt: estimate(todayUsdt),
        trade_usdt_max: own.tradeUsdtMax ?? null,
        day_usdt_max: own.dayUsdtMax ?? null,
      })),
    },
  }
}

/** "50" or "none"; the second element tells nonsense from absence. */
function readLimit(typed: string | undefined): number | undefined | 'nonsense' {
  if (typed === undefined || typed.toLowerCase() === 'none') return undefined
  return /^\d{1,9}(\.\d{1,8})?$/.test(typed) ? Number(typed) : 'nonsense'
}

const isRaise = (before: PersonLimits, after: PersonLimits): boolean =>
  (['tradeUsdtMax', 'dayUsdtMax'] as const).some(
    (each) => (after[each] ?? Infinity) > (before[each] ?? Infinity),
  )

const raiseOf = (person: string, trade: string, day: string | undefined): GuardedStep => {
  const args = { person, trade, ...(day === undefined ? {} : { day }) }
  const said = Object.values(args).join(' ')
  return {
    name: `limits ${said}`,
    what: `raise the limits of a person (${said})`,
    phrase: 'MORE RISK',
    command: 'limits',
    args: { action: 'set', ...args },
    role: 'admin',
    needsTwo: true,
    aloneMs: raiseDelayMs,
    isNamed: true,
  }
}

async function set(
  person: string,
  trade: string,
  day: string | undefined,
  confirm: string | undefined,
  context: CommandContext,
): Promise<Answer> {
  const { people, announce, actor, labels } = context
  const tradeUsdtMax = readLimit(trade)
  const dayUsdtMax = readLimit(day)
  if (tradeUsdtMax === 'nonsense' || dayUsdtMax === 'nonsense')
    return badUsage('A limit is an amount in USDT such as 50, or none')
  const known = (await people.listOperators()).some(({ name }) => name === person)
  if (!known)
    return badUsage(`Nobody called "${person.slice(0, 40)}" is listed; "operators" lists everybody`)
  const limits: PersonLimits = { tradeUsdtMax, dayUsdtMax }
  const before = (await people.listLimits()).find((each) => each.person === person) ?? unlimited
  const waits =
    labels.mode === 'live' && isRaise(before, limits)
      ? await confirmStep(raiseOf(person, trade, day), confirm, context)
      : undefined
  if (waits !== undefined) return waits
  const by = signatureOf(actor)
  await people.changeLimits(person, limits, by)
  const said = `${person} may approve ${most(tradeUsdtMax)} a trade and ${most(dayUsdtMax)} a day`
  await announce({
    kind: 'alert',
    severity: 'P2',
    subject: `Limits of ${person}`,
    text: `${by}: ${said}.`,
  })
  return {
    title: said,
    tone: 'good',
    badges: badgesOf(labels),
    text: 'It holds from the next answer on.',
    isPrivate: true,
    json: { person, trade_usdt_max: tradeUsdtMax ?? null, day_usdt_max: dayUsdtMax ?? null, by },
  }
}

async function unlock(confirm: string | undefined, context: CommandContext): Promise<Answer> {
  const waits = await confirmStep(
    {
      name: largeTrades,
      what: 'approve large trades alone',
      phrase: 'LARGE TRADES',
      command: 'limits',
      args: { action: 'unlock' },
      role: 'trader',
      needsTwo: true,
    },
    confirm,
    context,
  )
  if (waits !== undefined) return waits
  return {
    title: 'Large trades: a second person has confirmed',
    tone: 'neutral',
    badges: badgesOf(context.labels),
    text: 'Each large trade still takes two people: press Approve on its card.',
    json: { done: true },
  }
}

export const limits = defineCommand({
  name: 'limits',
  summary: 'How much may be traded, and what of it is used today',
  help: 'Limits of the desk hold for everybody; a person may have less, set by an admin; with real money a raise takes two. From approval.two_people_usdt_min on, a trade takes two people; somebody who is alone types "limits unlock" a quarter of an hour before.',
  role: 'viewer',
  roleFor: ({ action }) => (action === 'set' ? 'admin' : action === 'unlock' ? 'trader' : 'viewer'),
  options: {
    action: withDefault(choice('What to do; left out it shows', ['show', 'set', 'unlock']), 'show'),
    person: optional(text('Whose limits to set')),
    trade: optional(text('Most in one trade, USDT, or none')),
    day: optional(text('Most in a UTC day, USDT, or none')),
    confirm: optional(text('The words asked for, typed to the letter')),
  },
  positional: ['action', 'person', 'trade', 'day'],
  examples: ['limits', 'limits set ann 50 200', 'limits set ann none'],
  async run({ action, person, trade, day, confirm }, context) {
    switch (action) {
      case 'show':
        return show(context)
      case 'set':
        return person === undefined || trade === undefined
          ? badUsage('limits set needs a person and an amount: limits set ann 50 200')
          : set(person, trade, day, confirm, context)
      case 'unlock':
        return unlock(confirm, context)
    }
  },
})
