// How the books of each kind of coin look and how fast they move, as data.
import type { CoinRole } from './coins.ts'

type Range = readonly [least: number, most: number]

export type Temperament = {
  /** Half the spread, basis points of the price. */
  readonly halfSpreadBp: Range
  /** How far one venue may stand from the fair price. */
  readonly noiseBp: number
  /** Distance between the deeper levels. */
  readonly gridBp: Range
  /** Levels on each side. */
  readonly levels: Range
  /** Size of the best level, and the typical size of the deeper ones, USDT. */
  readonly topUsdt: Range
  readonly levelUsdt: number
  /** How far the fair price walks in one step. */
  readonly walkBp: number
  /** Ticks between two moves of a book. */
  readonly ticks: Range
  /**
   * 'tick': the price walks every tick and each book follows at its own pace. 'move': the price walks
   * when the coin's books move, all of them in the same tick, so that none is left behind.
   */
  readonly walksWith: 'tick' | 'move'
}

const major: Temperament = {
  halfSpreadBp: [2, 4],
  noiseBp: 1.2,
  gridBp: [1, 2],
  levels: [30, 40],
  topUsdt: [4000, 25_000],
  levelUsdt: 9000,
  walkBp: 0.5,
  ticks: [3, 5],
  walksWith: 'tick',
}

// Few deep levels far apart: a planted gap of 1 % or 2 % must not hold a fortune. Quick, and always
// together on both sides of a gap.
const planted: Temperament = {
  halfSpreadBp: [2.5, 4.5],
  noiseBp: 0.15,
  gridBp: [17, 20],
  levels: [20, 24],
  topUsdt: [880, 1250],
  levelUsdt: 260,
  walkBp: 1,
  ticks: [2, 3],
  walksWith: 'move',
}

const tail: Temperament = {
  halfSpreadBp: [20, 70],
  noiseBp: 1.5,
  gridBp: [15, 40],
  levels: [20, 25],
  topUsdt: [40, 500],
  levelUsdt: 250,
  walkBp: 6,
  ticks: [10, 80],
  walksWith: 'move',
}

const dead: Temperament = { ...tail, walkBp: 0.6, ticks: [5, 20] }

export const temperaments: Readonly<Record<CoinRole, Temperament>> = {
  major,
  stable: {
    ...major,
    halfSpreadBp: [2, 2],
    noiseBp: 0.3,
    gridBp: [1, 1],
    topUsdt: [20_000, 90_000],
    levelUsdt: 60_000,
    walkBp: 0.02,
  },
  mid: {
    ...major,
    halfSpreadBp: [3, 7],
    gridBp: [2, 5],
    levels: [25, 35],
    topUsdt: [500, 4000],
    levelUsdt: 2200,
    walkBp: 0.7,
  },
  tail,
  duo: planted,
  solo: planted,
  unfunded: planted,
  stale: planted,
  shut: planted,
  // Two coins of one name do not move together.
  namesake: { ...planted, noiseBp: 8 },
  leveraged: { ...tail, noiseBp: 8, walkBp: 0.6 },
  dead,
  'dead-cycle': dead,
}
