// Executions as an approval would make them, with plans from the books that the venues show.
import { setTimeout as sleep } from 'node:timers/promises'
import { newId } from '../../src/id.ts'
import { marketKey, type Market } from '../../src/market/market.ts'
import { format, toNumber, type BaseAmount } from '../../src/money.ts'
import type { Opportunity } from '../../src/opportunity/opportunity.ts'
import type { Venues } from '../../src/exchanges/open-venues.ts'
import type { Execution } from '../../src/trade/engine/execution.ts'
import type { Random } from '../simulation/random.ts'
import { sampleExecution, type PlannedLeg } from '../simulation/sample-execution.ts'
import { planNow } from './chaos-desk.ts'
import { chaosVenues, startingBalances } from './chaos-world.ts'
import type { Floor } from './floor.ts'

/** Of what the first leg buys. */
const sizes: Readonly<Record<string, readonly [least: number, most: number]>> = {
  SOL: [300, 4000],
  ETH: [20, 200],
  BTC: [1, 10],
}
const unit: Readonly<Record<string, bigint>> = {
  SOL: 10n ** 15n,
  ETH: 10n ** 15n,
  BTC: 10n ** 15n,
}
const waitMsMax = 60_000
const againMs = 100
/** A restart of a server may come between writing an order down and letting it go. */
export const sendMsMax = 6_000
const patience = { sendMsMax, bookAgeMsMax: 5_000, resolveMsMax: 60_000 }
/** Nobody answers here, so the desk does what it does then, and soon. */
const unanswered = { unanswered: 'hedge', answerMsMax: 5_000 } as const

type Wish = { readonly kind: Execution['kind']; readonly legs: readonly PlannedLeg[] }

function wishOf(random: Random, markets: ReadonlyMap<string, Market>): Wish {
  const leg = (venue: string, symbol: string, side: 'buy' | 'sell'): PlannedLeg => ({
    market: markets.get(marketKey(venue, symbol)) as Market,
    side,
  })
  const venue = random.pick(chaosVenues)
  if (random.chance(0.6)) {
    const symbol = random.pick(['SOL/USDT', 'ETH/USDT', 'BTC/USDT'])
    const other = random.pick(chaosVenues.filter((one) => one !== venue))
    return { kind: 'cross', legs: [leg(venue, symbol, 'buy'), leg(other, symbol, 'sell')] }
  }
  const legs = random.chance(0.5)
    ? [leg(venue, 'ETH/USDT', 'buy'), leg(venue, 'ETH/BTC', 'sell'), leg(venue, 'BTC/USDT', 'sell')]
    : [leg(venue, 'BTC/USDT', 'buy'), leg(venue, 'ETH/BTC', 'buy'), leg(venue, 'ETH/USDT', 'sell')]
  return { kind: 'cycle', legs }
}

export function opportunityOf(
  route: string,
  kind: Execution['kind'],
  { plan, net }: Awaited<ReturnType<typeof planNow>>,
): Opportunity {
  const now = new Date()
  const [first] = plan
  if (first === undefined) throw new Error('a plan without legs')
  const notional = first.spends.amount
  return {
    id: newId(now.getTime()),
    kind,
    route,
    venues: [...new Set(plan.map(({ venue }) => venue))],
    legs: plan,
    asset: first.spends.asset,
    notional,
    gross: net,
    fees: 0n,
    net,
    netPercent: (toNumber(net) / toNumber(notional)) * 100,
    netUsdt: toNumber(net),
    notionalUsdt: toNumber(notional),
    netAtTop: toNumber(net) / toNumber(notional),
    identity: kind === 'cross' ? 'contract' : 'same-market',
    wallet: kind === 'cross' ? 'open' : 'not-needed',
    legSkewMs: 0,
    firstSeenAt: now,
    detectedAt: now,
  }
}

/** Answers the execution's id. @throws Error when no plan can be had for a minute. */
export async function makeExecution(
  n: number,
  random: Random,
  {
    venues,
    floor,
    markets,
  }: { venues: Venues; floor: Floor; markets: ReadonlyMap<string, Market> },
): Promise<string> {
  const { kind, legs } = wishOf(random, markets)
  const base = legs[0]?.market.base ?? ''
  const [least, most] = sizes[base] ?? [1, 1]
  const amount = (BigInt(random.whole(least, most)) * (unit[base] ?? 0n)) as BaseAmount
  const until = performance.now() + waitMsMax
  for (;;) {
    const planned = await planNow(venues, kind, legs, amount).catch((error: unknown) => {
      // The venues misbehave at any moment, also towards us.
      if (performance.now() > until) throw error
      return undefined
    })
    if (planned === undefined) {
      await sleep(againMs)
      continue
    }
    const opportunity = opportunityOf(`${kind} chaos ${n}`, kind, planned)
    return await floor.create(opportunity, ({ trade, approval }) => {
      const now = new Date()
      const sample = sampleExecution(trade, kind, planned.plan, now)
      const { id, route } = opportunity
      return {
        ...sample,
        opportunity: id,
        approval,
        route,
        // A busy machine is late with everything; that is not what is tried here.
        deadline: new Date(now.getTime() + 120_000),
        terms: { ...sample.terms, ...patience, ...unanswered },
      }
    })
  }
}

/** The same money in our books as on the venues. */
export async function fundAll(floor: Floor): Promise<void> {
  for (const venue of chaosVenues)
    for (const [asset, amount] of Object.entries(startingBalances))
      await floor.fund(venue, asset, format(amount))
}
