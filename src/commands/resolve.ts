// `resolve`: what is to become of an open position that the desk could not close. Alone it shows what is
// open and what each choice costs on current books; a choice goes to a worker, which carries it out.
import { setTimeout as sleep } from 'node:timers/promises'
import { includesRole } from '../approval/role.ts'
import { NotDecimalError, parseDecimal } from '../money.ts'
import { amountText } from '../notification/amount-text.ts'
import type { Card, CardField } from '../notification/card.ts'
import {
  choiceDeed,
  choiceName,
  exposureActions,
  exposureJson,
  isUndecided,
  openText,
  unansweredText,
  waysTable,
  worthText,
} from '../notification/exposure-text.ts'
import { badgesOf } from '../notification/labels.ts'
import { personText } from '../notification/person-text.ts'
import { routeText } from '../notification/route-text.ts'
import { clockText, sinceText } from '../notification/time-text.ts'
import { tradeCard } from '../notification/trade-card.ts'
import type { Choice } from '../trade/engine/execution.ts'
import { costOf, type Exposure } from '../trade/exposure.ts'
import type { AskedAnswer } from '../trade/exposure-store.ts'
import type { Trade } from '../trade/trade.ts'
import {
  badUsage,
  defineCommand,
  failed,
  signatureOf,
  type Answer,
  type CommandContext,
} from './command.ts'
import { exposureTable } from './exposures.ts'
import { ambiguousText, findById } from './find-by-id.ts'
import { choice as oneOf, optional, text } from './option.ts'

/** Open positions are few; more than these are found by their whole id. */
const exposedMax = 50
const lookGapMs = 100
/** Books that are not answered by then are shown as they were. */
const quoteMsMax = 4000
const answerMsMax = 20_000

type Stuck = Trade & { readonly exposure: Exposure }

const isStuck = (trade: Trade): trade is Stuck => trade.exposure !== undefined

async function openCard({ trades, labels, now }: CommandContext): Promise<Card> {
  const exposed = await trades.listExposed(exposedMax)
  const { length } = exposed
  return {
    title: length === 0 ? 'No position is open' : `${length} left open`,
    tone: length === 0 ? 'good' : 'bad',
    badges: badgesOf(labels),
    text:
      length === 0
        ? 'A trade that could not be closed shows up here, with what each way out of it costs.'
        : '"resolve <trade>" shows what each way out of it costs now.',
    tables: length === 0 ? [] : [exposureTable(exposed, now())],
    actions: exposed.slice(0, 5).map(({ id }) => ({
      label: `Resolve ${id}`,
      command: 'resolve',
      args: { trade: id },
      style: 'plain',
    })),
    json: exposed.map((trade) => ({ id: trade.id, ...exposureJson(trade) })),
  }
}

async function findStuck(typed: string, { trades }: CommandContext): Promise<Stuck | string> {
  const match = findById(await trades.listExposed(exposedMax), typed)
  if (match.outcome === 'ambiguous') return ambiguousText(typed, match, 'open positions')
  const trade = match.outcome === 'found' ? match.item : await trades.find(typed)
  if (trade === undefined)
    return `No trade with an open position is called "${typed}"; "resolve" lists them`
  if (!isStuck(trade)) return `Trade ${trade.id} has never waited for a decision`
  return trade
}

/** As it is, once it is as wanted or the time is over. */
async function awaited<T>(look: () => Promise<T>, is: (now: T) => boolean, ms: number): Promise<T> {
  const untilMs = performance.now() + ms
  for (;;) {
    const now = await look()
    if (is(now) || performance.now() > untilMs) return now
    await sleep(lookGapMs)
  }
}

/** With the costs of now, if books answer in time. */
async function renewed(stuck: Stuck, context: CommandContext): Promise<Stuck> {
  if (!isUndecided(stuck) || context.runs === false) return stuck
  const before = stuck.exposure.quoted?.at.getTime()
  await context.quoteExposure(stuck.id)
  const now = await awaited(
    async () => (await context.trades.find(stuck.id)) ?? stuck,
    ({ exposure }) => exposure?.quoted?.at.getTime() !== before || exposure?.closedAt !== undefined,
    quoteMsMax,
  )
  return isStuck(now) ? now : stuck
}

/** What each choice does that sends nothing; ways have a table of their own. */
function freeChoices(trade: Stuck): readonly CardField[] {
  const { quoted } = trade.exposure
  const percent = quoted?.worthUsdt === undefined ? '' : amountText(centOf(quoted.worthUsdt), 4)
  const moves = percent === '' ? '' : `; each 1 % the price moves is ${percent} USDT`
  const soFar =
    trade.state === 'exposed'
      ? `, realised so far ${trade.realisedNet < 0n ? '' : '+'}${amountText(trade.realisedNet)} ${trade.asset}`
      : ''
  return [
    { name: 'Hold', value: `nothing is sent, the alert ends${moves}` },
    {
      name: 'Retry',
      value:
        'new tries of what was agreed, within the agreed slippage; of none where it was agreed to ask a person',
    },
    { name: 'Accept', value: `the trade ends and what is open stays in the inventory${soFar}` },
  ]
}

const centOf = (usdt: number): bigint => parseDecimal((usdt / 100).toFixed(6))

function stuckCard(trade: Stuck, { labels, now }: CommandContext): Card {
  const { exposure, id, route } = trade
  const { since, reason, refusals, quoted } = exposure
  const table = waysTable(trade)
  const made = { mode: trade.mode, market: labels.market }
  return {
    title: `Trade ${id} waits for a decision: ${routeText(route)}`,
    tone: 'bad',
    badges: badgesOf(made),
    text: [
      `${openText(trade)} is open: ${reason}.`,
      ...refusals.map((refusal) => `${refusal}.`),
      unansweredText(exposure),
    ].join('\n'),
    fields: [
      { name: 'Worth', value: worthText(exposure), short: true },
      { name: 'Open since', value: sinceText(since, now()), short: true },
      {
        name: 'Costs as of',
        value: quoted === undefined ? 'not known yet' : sinceText(quoted.at, now()),
        short: true,
      },
      ...freeChoices(trade),
    ],
    tables: table === undefined ? [] : [table],
    actions: exposureActions(trade),
    json: { id, age_ms: now().getTime() - since.getTime(), ...exposureJson(trade) },
  }
}

async function show(stuck: Stuck, context: CommandContext): Promise<Answer> {
  const trade = await renewed(stuck, context)
  return isUndecided(trade)
    ? stuckCard(trade, context)
    : tradeCard(trade, context.now(), context.labels)
}

function doneCard(trade: Stuck, choice: Choice, { labels, actor, now }: CommandContext): Card {
  const { title: _, ...card } = tradeCard(trade, now(), labels)
  const by = personText(signatureOf(actor))
  return { ...card, title: `${choiceName(choice)}: ${by} decided to ${choiceDeed(choice)}` }
}

async function afterAnswer(
  stuck: Stuck,
  choice: Choice,
  answer: AskedAnswer | undefined,
  context: CommandContext,
): Promise<Answer> {
  switch (answer?.state.outcome) {
    case 'taken': {
      const trade = (await context.trades.find(stuck.id)) ?? stuck
      return doneCard(isStuck(trade) ? trade : stuck, choice, context)
    }
    case 'refused':
      return failed(`${stuck.id} is as it was: ${answer.state.reason}`)
    case 'asked':
    case undefined:
      return failed(
        `No worker has carried it out yet; within a minute one does, or it is void. "resolve ${stuck.id}" shows it`,
      )
  }
}

async function decide(
  stuck: Stuck,
  choice: Choice,
  said: bigint | undefined,
  context: CommandContext,
): Promise<Answer> {
  const { exposures, actor, now, runs } = context
  if (runs === false) return failed('No desk runs, so nothing can be carried out; start it first')
  if (!isUndecided(stuck))
    return failed(
      `Trade ${stuck.id} does not wait for a decision any more; "trade ${stuck.id}" shows it`,
    )
  const shown = stuck.exposure.quoted === undefined ? await renewed(stuck, context) : stuck
  const cost = said ?? costOf(shown.expectedNet, shown.exposure.quoted, choice)
  const by = signatureOf(actor)
  const asked = await exposures.ask({
    trade: stuck.id,
    since: stuck.exposure.since,
    choice,
    by,
    cost,
    mayExceed: includesRole(actor.role, 'operator'),
  })
  switch (asked.outcome) {
    case 'over':
      return failed(`Trade ${stuck.id} does not wait for a decision any more`)
    case 'first': {
      if (asked.by === by && asked.choice === choice) return show(stuck, context)
      const when = `at ${clockText(asked.at)}, ${sinceText(asked.at, now())}`
      return failed(`Too late: ${personText(asked.by)} chose ${asked.choice} ${when}`)
    }
    case 'asked': {
      await context.answerExposure(asked.id)
      const answer = await awaited(
        () => exposures.find(asked.id),
        (one) => one?.state.outcome !== 'asked',
        answerMsMax,
      )
      return afterAnswer(stuck, choice, answer, context)
    }
  }
}

/** Undefined when nothing was given; false when it is no amount. */
function costIn(given: string | undefined): bigint | undefined | false {
  if (given === undefined) return undefined
  try {
    return parseDecimal(given)
  } catch (error) {
    if (error instanceof NotDecimalError) return false
    throw error
  }
}

export const resolve = defineCommand({
  name: 'resolve',
  summary: 'Decide what becomes of an open position that a trade left',
  help: 'Alone it lists open positions; with a trade it shows what is open and what each choice costs on current books, against what the plan was to bring. hedge: the cheaper of the next two. reverse: take back what was filled. proceed: complete what was not. hold: leave it, end the alert. retry: once more as agreed. accept: the trade ends, what is open stays in the inventory. The first choice stands. Books are asked again before anything is sent: if it costs more than you were shown by more than execution.slip_percent_max of what is open, nothing is sent. Without a choice in time (execution.answer_ms_max) the desk does execution.unanswered. A trader may decide: it lowers a risk that a trader took. accept, and a price beyond the agreed slippage, take an operator.',
  role: 'viewer',
  roleFor: ({ choice }) =>
    choice === undefined ? 'viewer' : choice === 'accept' ? 'operator' : 'trader',
  options: {
    trade: optional(text('The id of the trade', { suggests: 'trades' })),
    choice: optional(
      oneOf('What to do about it', ['hedge', 'reverse', 'proceed', 'hold', 'retry', 'accept']),
    ),
    cost: optional(text('What you were told that it costs; the last shown if left out')),
  },
  positional: ['trade', 'choice'],
  examples: ['resolve', 'resolve 7qk2', 'resolve 7qk2 reverse', 'resolve 7qk2 hold'],
  async run({ trade, choice, cost }, context) {
    if (trade === undefined) return openCard(context)
    const said = costIn(cost)
    if (said === false) return badUsage('resolve: cost must be an amount such as 1.25')
    const stuck = await findStuck(trade, context)
    if (typeof stuck === 'string') return failed(stuck)
    if (choice === undefined) return show(stuck, context)
    return decide(stuck, choice, said, context)
  },
})
