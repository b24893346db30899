// Open positions that wait for a person: what closing them costs is asked of current books again and again,
// and what somebody decided is carried out if it still costs what they were told.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../src/log.ts'
import { costText } from '../src/notification/exposure-text.ts'
import { personText } from '../src/notification/person-text.ts'
import type { Driven } from '../src/trade/engine/drive.ts'
import type { Event } from '../src/trade/engine/event.ts'
import type { Choice, Execution } from '../src/trade/engine/execution.ts'
import type { ExecutionStore } from '../src/trade/engine/execution-store.ts'
import { openRanges } from '../src/trade/engine/balance.ts'
import { resolutionOf, whyNoWayHome, whyNot } from '../src/trade/engine/obey.ts'
import {
  openWorth,
  priceWay,
  type AskQuotes,
  type PricedWay,
} from '../src/trade/engine/way-home.ts'
import { costOfEnd, type QuotedWays, type Way, type WayChoice } from '../src/trade/exposure.ts'
import type { AskedAnswer, ExposureStore } from '../src/trade/exposure-store.ts'
import type { TradeStore } from '../src/trade/trade-store.ts'
import { portion, toNumber } from '../src/money.ts'

export type ExposureWiring = {
  readonly exposures: ExposureStore
  readonly executions: Pick<ExecutionStore, 'find'>
  readonly trades: Pick<TradeStore, 'find'>
  /** Books are asked anew by each of these. */
  readonly quotes: () => AskQuotes
  /** USDT for one, as venues trade it. */
  readonly worthOf: (asset: string) => Promise<number | undefined>
  readonly drive: (id: string, happened: Event) => Promise<Driven>
  readonly now: () => Date
  readonly log: Pick<Log, 'warn'>
}

/** Costs older than this are asked for again. */
const quoteEveryMs = 30_000
/** What nobody carried out for so long was decided about other prices. */
const answerMsMax = 60_000
/** Whoever drives the trade at this very moment is waited for. */
const driveTriesMax = 40
const driveGapMs = 250

const choices: readonly WayChoice[] = ['hedge', 'reverse', 'proceed']

async function worthUsdt(
  { worthOf }: ExposureWiring,
  execution: Execution,
): Promise<number | undefined> {
  let sum = 0
  for (const { asset, least, most } of openRanges(execution)) {
    const worth = await worthOf(asset)
    if (worth === undefined) return undefined
    sum += Math.max(Math.abs(toNumber(least)), Math.abs(toNumber(most))) * worth
  }
  return sum
}

type Priced = { readonly quoted: QuotedWays; readonly ways: readonly PricedWay[] }

async function price(wiring: ExposureWiring, execution: Execution): Promise<Priced> {
  const why = whyNoWayHome(execution)
  const quotes = wiring.quotes()
  const ways =
    why === undefined
      ? await Promise.all(choices.map((choice) => priceWay(execution, choice, quotes)))
      : choices.map((choice): PricedWay => ({
          way: { choice, outcome: 'impossible', why },
          limits: [],
        }))
  const worth = await worthUsdt(wiring, execution)
  const quoted = { at: wiring.now(), worthUsdt: worth, ways: ways.map(({ way }) => way) }
  return { quoted, ways }
}

/** How far a cost may move before it is another: as far as a price may slip. */
const slackOf = (execution: Execution): bigint =>
  portion(openWorth(execution), execution.terms.slipMax, 'up')

const isSame = (before: Way | undefined, after: Way, slack: bigint): boolean => {
  if (before?.outcome === 'possible' && after.outcome === 'possible') {
    const apart = before.net - after.net
    return (apart < 0n ? -apart : apart) * 4n <= slack
  }
  return before?.outcome === after.outcome
}

/** Costs that people see are renewed when they have moved by a quarter of what may slip. */
const isNews = (before: QuotedWays | undefined, after: QuotedWays, slack: bigint): boolean =>
  after.ways.some((way) => {
    const was = before?.ways.find(({ choice }) => choice === way.choice)
    return !isSame(was, way, slack)
  })

/** Asks what each way costs now, and shows it where it is news. */
async function quoteOne(
  wiring: ExposureWiring,
  id: string,
  tells: 'news' | 'always' = 'news',
): Promise<Priced | undefined> {
  const { executions, trades, exposures } = wiring
  const found = await executions.find(id)
  const since = found?.execution.exposedAt
  if (found === undefined || since === undefined) return undefined
  const { execution } = found
  const priced = await price(wiring, execution)
  const before = (await trades.find(id))?.exposure
  const shown = before?.since.getTime() === since.getTime() ? before.quoted : undefined
  const isTold = tells === 'always' || isNews(shown, priced.quoted, slackOf(execution))
  await exposures.quote(id, since, priced.quoted, isTold)
  return priced
}

/** Of one trade at once; else of every trade whose costs are unknown or old. */
export async function quoteExposures(wiring: ExposureWiring, trade?: string): Promise<void> {
  if (trade !== undefined) return void (await quoteOne(wiring, trade))
  for (const { trade: id, quotedAt } of await wiring.exposures.listOpen()) {
    const ageMs = quotedAt === undefined ? Infinity : wiring.now().getTime() - quotedAt.getTime()
    if (ageMs < quoteEveryMs) continue
    await quoteOne(wiring, id).catch((error: unknown) =>
      wiring.log.warn('what closing a position costs is not known now', { trade: id, error }),
    )
  }
}

type Agreed = { readonly limits: PricedWay['limits'] } | { readonly refused: string }

/** What somebody agreed to, on the prices of now. */
async function agree(
  wiring: ExposureWiring,
  { trade, cost, mayExceed }: AskedAnswer,
  execution: Execution,
  choice: WayChoice,
): Promise<Agreed> {
  const { asset, expectedNet } = execution
  const priced = await quoteOne(wiring, trade)
  const found = priced?.ways.find(({ way }) => way.choice === choice)
  if (found === undefined) return { refused: 'it does not wait for a decision any more' }
  const { way, limits } = found
  if (way.outcome === 'impossible') return { refused: `not possible: ${way.why}` }
  if (way.isBeyond && !mayExceed)
    return { refused: 'the price is beyond the agreed slippage, which takes an operator' }
  const costs = costOfEnd(expectedNet, way.net)
  if (cost === undefined || costs <= cost + slackOf(execution)) return { limits }
  // Whoever pressed sees the new number on the card.
  await quoteOne(wiring, trade, 'always')
  return {
    refused: `it now ${costText(costs, asset)}, and was shown as: ${costText(cost, asset)}; nothing was sent`,
  }
}

const isPriced = (choice: Choice): choice is WayChoice =>
  choices.some((priced) => priced === choice)

/** Somebody else drives the trade for a moment: then it is tried again. */
async function driveAtLast(wiring: ExposureWiring, id: string, event: Event): Promise<void> {
  for (let tries = 1; tries <= driveTriesMax; tries++) {
    const driven = await wiring.drive(id, event)
    if (driven.outcome === 'rested' || driven.outcome === 'absent') return
    await sleep(driveGapMs)
  }
}

/** Why it is not done, or what is told to the engine. */
async function eventOf(wiring: ExposureWiring, answer: AskedAnswer): Promise<Event | string> {
  const { trade, since, choice, by, askedAt, id } = answer
  const found = await wiring.executions.find(trade)
  if (found === undefined) return `there is no trade ${trade}`
  const { execution, at } = found
  if (execution.exposedAt?.getTime() !== since.getTime())
    return 'it does not wait for a decision any more'
  if (at.getTime() - askedAt.getTime() > answerMsMax)
    return 'nobody was there to carry it out in time'
  const said = resolutionOf(execution)
  if (said !== undefined && said.choice !== 'hold') return `${personText(said.by)} was first`
  const why = whyNot(execution, choice)
  if (why !== undefined) return `not possible: ${why}`
  const agreed = isPriced(choice) ? await agree(wiring, answer, execution, choice) : { limits: [] }
  if ('refused' in agreed) return agreed.refused
  return {
    type: 'operator',
    choice,
    by,
    exposedAt: since,
    answer: id,
    limits: agreed.limits,
  }
}

/** Harmless to call again: an answer is carried out or refused once. */
export async function answerExposure(wiring: ExposureWiring, id: string): Promise<void> {
  const { exposures } = wiring
  const answer = await exposures.find(id)
  if (answer?.state.outcome !== 'asked') return
  const event = await eventOf(wiring, answer)
  if (typeof event === 'string') return exposures.refuse(id, event)
  await driveAtLast(wiring, answer.trade, event)
  await exposures.refuse(id, 'it was closed otherwise in the meantime')
}
