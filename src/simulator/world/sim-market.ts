// One simulated market: its rules, its character, and the book that follows the fair price.
import type {
  BookChange,
  BookListener,
  Level,
  SourceBook,
  SourceMarket,
  SourceTicker,
} from '../market-source.ts'
import type { CoinRole, SimulatedVenue } from './coins.ts'
import { compareLadder, createLadder, moveLadder, type Ladder } from './ladder.ts'
import type { Random } from './random.ts'

/** A coin's fair price, which every venue's book follows and which wanders around its start. */
export type Fair = { readonly asset: string; readonly startUsdt: number; priceUsdt: number }

export type Character = {
  /** Half the spread, as a share of the price. */
  readonly halfSpread: number
  /** How far this venue may stand from the fair price, as a share. */
  readonly noiseMax: number
  /** Distance between deeper levels, as a share of the price. */
  readonly grid: number
  readonly levels: number
  /** Sizes in USDT: the best level between these two, the deeper ones around `levelUsdt`. */
  readonly topUsdtMin: number
  readonly topUsdtMax: number
  readonly levelUsdt: number
  readonly volumeUsdt: number
}

/** What a planted gap does to one side of a book. */
export type Bend = {
  /** The best price moves by this share of the fair price. */
  readonly shift: number
  /** Set where only the best level moves, and then its size in USDT; the deeper ones stay. */
  readonly topOnlyUsdt?: number
}

export type SimMarket = {
  readonly venue: SimulatedVenue
  readonly rules: SourceMarket
  readonly role: CoinRole
  readonly base: Fair
  readonly quote: Fair
  readonly character: Character
  readonly bids: Ladder
  readonly asks: Ladder
  /** Added to the fair price for good: a coin that only shares its ticker with another. */
  readonly offset: number
  readonly listeners: Set<BookListener>
  noise: number
  bend: { readonly bid: Bend; readonly ask: Bend } | undefined
  /** A frozen book does not move and its row keeps its old time. */
  frozen: boolean
  sequence: number
  changedAtMs: number
}

export function createSimMarket(
  fixed: Pick<SimMarket, 'venue' | 'rules' | 'role' | 'base' | 'quote' | 'character' | 'offset'>,
): SimMarket {
  return {
    ...fixed,
    bids: createLadder('bid', fixed.character.levels),
    asks: createLadder('ask', fixed.character.levels),
    listeners: new Set(),
    noise: 0,
    bend: undefined,
    frozen: false,
    sequence: 1_000_000,
    changedAtMs: 0,
  }
}

const oldTicks = { bid: new Float64Array(64), ask: new Float64Array(64) }
const oldLots = { bid: new Float64Array(64), ask: new Float64Array(64) }

function moveSide(market: SimMarket, ladder: Ladder, fair: number, random: Random): void {
  const { character, rules, base } = market
  const { side } = ladder
  const bend = market.bend?.[side]
  oldTicks[side].set(ladder.ticks)
  oldLots[side].set(ladder.lots)
  const away = side === 'bid' ? -1 : 1
  const scale = 10 ** rules.priceDecimals
  const toTicks = (price: number) =>
    side === 'bid' ? Math.floor(price * scale) : Math.ceil(price * scale)
  const half = character.halfSpread * (0.95 + 0.1 * random.next())
  const plain = fair * (1 + away * half)
  const bent = bend === undefined ? plain : plain + fair * bend.shift
  const lotsPerUsdt = 10 ** rules.amountDecimals / base.priceUsdt
  const topOnly = bend?.topOnlyUsdt
  const topUsdt = topOnly ?? random.between(character.topUsdtMin, character.topUsdtMax)
  moveLadder(
    ladder,
    {
      topTicks: toTicks(bent),
      depthTicks: toTicks(topOnly === undefined ? bent : plain),
      gridTicks: Math.max(1, Math.round(fair * character.grid * scale)),
      topLots: topUsdt * lotsPerUsdt,
      levelLots: character.levelUsdt * lotsPerUsdt,
    },
    random,
  )
}

/** Lets the book follow the fair price and tells the listeners what changed. */
export function moveMarket(market: SimMarket, timeMs: number, random: Random): void {
  const { character, base, quote } = market
  const step = character.noiseMax * 0.35 * (2 * random.next() - 1)
  market.noise = Math.max(-character.noiseMax, Math.min(character.noiseMax, market.noise + step))
  const fair = (base.priceUsdt / quote.priceUsdt) * (1 + market.offset) * (1 + market.noise)
  moveSide(market, market.bids, fair, random)
  moveSide(market, market.asks, fair, random)
  market.changedAtMs = timeMs
  market.sequence += 1
  if (market.listeners.size > 0) tellListeners(market)
}

function tellListeners(market: SimMarket): void {
  const { rules, bids, asks, sequence, changedAtMs } = market
  const change: BookChange = {
    symbol: rules.symbol,
    previousSequence: sequence - 1,
    sequence,
    timeMs: changedAtMs,
    bids: changesOf(market, bids),
    asks: changesOf(market, asks),
  }
  for (const listener of market.listeners) listener(change)
}

function changesOf({ rules }: SimMarket, ladder: Ladder): Level[] {
  const levels: Level[] = []
  const priceScale = 10 ** rules.priceDecimals
  const amountScale = 10 ** rules.amountDecimals
  compareLadder(ladder, oldTicks[ladder.side], oldLots[ladder.side], (ticks, lots) => {
    levels.push([ticks / priceScale, lots / amountScale])
  })
  return levels
}

export const isDead = ({ role, offset }: SimMarket): boolean =>
  (role === 'dead' || role === 'dead-cycle') && offset > 0

const levelOf = ({ rules }: SimMarket, ladder: Ladder, k: number): Level => [
  (ladder.ticks[k] as number) / 10 ** rules.priceDecimals,
  (ladder.lots[k] as number) / 10 ** rules.amountDecimals,
]

export function bookOf(market: SimMarket): SourceBook {
  const { sequence, changedAtMs, bids, asks } = market
  const levels = (ladder: Ladder) =>
    Array.from(ladder.ticks, (_, k): Level => levelOf(market, ladder, k))
  return { sequence, timeMs: changedAtMs, bids: levels(bids), asks: levels(asks) }
}

export function tickerOf(market: SimMarket): SourceTicker {
  const { rules, character, base, quote } = market
  const [bid, bidSize] = levelOf(market, market.bids, 0)
  const [ask, askSize] = levelOf(market, market.asks, 0)
  const last = market.sequence % 2 === 0 ? bid : ask
  // A dead market has traded nothing today.
  const volumeUsdt = isDead(market) ? 0 : character.volumeUsdt
  const open = last * (1 - 0.02 * Math.sin(rules.symbol.length * 7 + rules.priceDecimals))
  return {
    symbol: rules.symbol,
    bid,
    ask,
    bidSize,
    askSize,
    last,
    open,
    high: Math.max(last, open) * 1.012,
    low: Math.min(last, open) * 0.988,
    baseVolume: volumeUsdt / base.priceUsdt,
    quoteVolume: volumeUsdt / quote.priceUsdt,
    timeMs: market.changedAtMs,
  }
}
