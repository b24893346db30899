// Every coin of the simulated world and where it is listed. The list does not depend on the seed, so
// that a database filled under one seed still knows the markets of the next.
import type { SourceNetwork } from '../market-source.ts'
import { createNames, inventName, titleOf, type Names } from './coin-names.ts'
import { createRandom, type Random } from './random.ts'

export const simulatedVenues = ['kucoin', 'binance', 'okx', 'bybit', 'bitget', 'mexc'] as const
export type SimulatedVenue = (typeof simulatedVenues)[number]

/**
 * What a coin is there for.
 * duo: on two venues against USDT only, carries the planted cross gaps.
 * solo: on one venue against USDT and BTC, carries the planted cycles.
 * shut, namesake, dead, leveraged, unfunded, stale: bait for the filters, see decoys.ts.
 */
export type CoinRole =
  | 'major'
  | 'stable'
  | 'mid'
  | 'tail'
  | 'duo'
  | 'solo'
  | 'shut'
  | 'namesake'
  | 'dead'
  | 'dead-cycle'
  | 'leveraged'
  | 'unfunded'
  | 'stale'

export type Coin = {
  readonly asset: string
  readonly name: string
  readonly role: CoinRole
  /** Listed there, against each of `quotes`. */
  readonly venues: readonly SimulatedVenue[]
  readonly quotes: readonly string[]
  /** USDT for one at the start. */
  readonly priceUsdt: number
  /** Traded in a day, in USDT, on a venue of weight one. */
  readonly volumeUsdt: number
  readonly networks: readonly Pick<SourceNetwork, 'network' | 'contract'>[]
  /** The other coin that goes by the same ticker on the second venue. */
  readonly namesake?: Pick<Coin, 'name' | 'networks'>
}

/** Share of a coin's volume that each venue sees. */
export const venueWeight: Readonly<Record<SimulatedVenue, number>> = {
  kucoin: 0.2,
  binance: 1,
  okx: 0.5,
  bybit: 0.5,
  bitget: 0.3,
  mexc: 0.25,
}

// Volumes rank the coins: BTC, ETH, the five duos and one stale, one shut and one namesake coin are the
// ten most liquid of every venue. So a desk funded with those ten can trade every planted cross gap,
// and nothing but its filters keeps it from the worst of the bait.
const majors: readonly (readonly [string, string, number, number, ...string[]])[] = [
  ['BTC', 'Bitcoin', 97_000, 1.5e9, 'USDC'],
  ['ETH', 'Ethereum', 3400, 9e8, 'USDC', 'BTC'],
  ['SOL', 'Solana', 190, 4.6e7, 'USDC', 'BTC', 'ETH'],
  ['XRP', 'XRP', 2.4, 4.4e7, 'USDC', 'BTC', 'ETH'],
  ['BNB', 'BNB', 690, 4.2e7, 'USDC', 'BTC', 'ETH'],
  ['DOGE', 'Dogecoin', 0.36, 4e7, 'USDC', 'BTC'],
  ['ADA', 'Cardano', 0.98, 3.8e7, 'USDC', 'BTC', 'ETH'],
  ['TRX', 'TRON', 0.24, 3.6e7, 'BTC', 'ETH'],
  ['AVAX', 'Avalanche', 38, 3.4e7, 'USDC', 'BTC'],
  ['LINK', 'Chainlink', 23, 3.2e7, 'USDC', 'BTC', 'ETH'],
  ['DOT', 'Polkadot', 6.9, 3e7, 'USDC', 'BTC'],
  ['TON', 'Toncoin', 5.4, 2.8e7, 'USDC'],
  ['SHIB', 'Shiba Inu', 0.0000221, 2.6e7, 'USDC'],
  ['LTC', 'Litecoin', 106, 2.4e7, 'USDC', 'BTC', 'ETH'],
  ['BCH', 'Bitcoin Cash', 445, 2.2e7, 'USDC', 'BTC'],
  ['NEAR', 'NEAR Protocol', 5.1, 2e7, 'USDC', 'BTC'],
  ['UNI', 'Uniswap', 13.4, 1.9e7, 'USDC', 'BTC'],
  ['ATOM', 'Cosmos', 6.4, 1.8e7, 'USDC', 'BTC'],
  ['XLM', 'Stellar', 0.41, 1.7e7, 'BTC', 'ETH'],
  ['ETC', 'Ethereum Classic', 26.2, 1.6e7, 'BTC'],
  ['FIL', 'Filecoin', 5, 1.5e7, 'BTC'],
  ['APT', 'Aptos', 8.9, 1.4e7, 'BTC'],
  ['ARB', 'Arbitrum', 0.74, 1.3e7, 'BTC'],
  ['INJ', 'Injective', 20.3, 1.2e7, 'BTC'],
  ['SUI', 'Sui', 4.4, 1.1e7, 'USDC', 'BTC'],
  ['AAVE', 'Aave', 310, 1e7, 'BTC', 'ETH'],
  ['HBAR', 'Hedera', 0.28, 9e6, 'BTC'],
  ['ALGO', 'Algorand', 0.34, 8e6, 'BTC'],
  ['VET', 'VeChain', 0.045, 7e6, 'BTC'],
  ['ICP', 'Internet Computer', 10.1, 6e6, 'BTC'],
]

const contractOf = (random: Random): string =>
  `0x${Array.from({ length: 40 }, () => random.whole(0, 15).toString(16)).join('')}`

function tokenNetworks(random: Random): Coin['networks'] {
  const contract = contractOf(random)
  const first = { network: 'ERC20', contract }
  return random.next() < 0.4 ? [first, { network: 'BEP20', contract: contractOf(random) }] : [first]
}

const pairsOfVenues = (): (readonly [SimulatedVenue, SimulatedVenue])[] =>
  simulatedVenues.flatMap((one, i) =>
    simulatedVenues.slice(i + 1).map((two) => [one, two] as const),
  )

function invented(
  draw: Names,
  role: CoinRole,
  venues: readonly SimulatedVenue[],
  quotes: readonly string[],
  volumeUsdt: number,
  asset = inventName(draw),
): Coin {
  const { random } = draw
  return {
    asset,
    name: `${titleOf(asset)} ${random.pick(['Network', 'Protocol', 'Finance', 'Token', 'Labs', 'Chain'])}`,
    role,
    venues,
    quotes,
    priceUsdt: 10 ** random.between(-1.7, 1.3),
    volumeUsdt,
    networks: tokenNetworks(random),
    ...(role === 'namesake' && {
      namesake: { name: `${titleOf(inventName(draw))} ${asset}`, networks: tokenNetworks(random) },
    }),
  }
}

const listMajors = (): Coin[] =>
  majors.map(([asset, name, priceUsdt, volumeUsdt, ...others]) => ({
    asset,
    name,
    role: 'major',
    venues: simulatedVenues,
    quotes: ['USDT', ...others],
    priceUsdt,
    volumeUsdt,
    networks: [{ network: asset === 'ETH' ? 'ERC20' : asset }],
  }))

const usdc: Coin = {
  asset: 'USDC',
  name: 'USD Coin',
  role: 'stable',
  venues: simulatedVenues,
  quotes: ['USDT'],
  priceUsdt: 0.9998,
  volumeUsdt: 3e7,
  networks: [{ network: 'ERC20', contract: '0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48' }],
}

/** The asset that everything else is priced in; it has no market of its own. */
export const usdt: Pick<Coin, 'asset' | 'name' | 'networks'> = {
  asset: 'USDT',
  name: 'Tether',
  networks: [
    { network: 'ERC20', contract: '0xdac17f958d2ee523a2206206994597c13d831ec7' },
    { network: 'TRC20', contract: 'tr7nhqjekqxgtci8q8zy4pl8otszgjlj6t' },
  ],
}

/** Three disjoint pairs that cover the six venues, so that each venue has one of the kind. */
const disjoint = (shift: number): readonly (readonly [SimulatedVenue, SimulatedVenue])[] => {
  const [kucoin, binance, okx, bybit, bitget, mexc] = simulatedVenues
  return shift === 0
    ? [
        [kucoin, binance],
        [okx, bybit],
        [bitget, mexc],
      ]
    : [
        [kucoin, okx],
        [binance, bitget],
        [bybit, mexc],
      ]
}

function listBait(draw: Names): Coin[] {
  const { random } = draw
  const quotes = ['USDT']
  return [
    ...disjoint(0).map((pair) => invented(draw, 'shut', pair, quotes, random.between(7e7, 9e7))),
    ...disjoint(1).map((pair) =>
      invented(draw, 'namesake', pair, quotes, random.between(5e7, 6.5e7)),
    ),
    ...disjoint(0).map((pair) => invented(draw, 'dead', pair, quotes, random.between(1e5, 3e5))),
    ...simulatedVenues.map((venue) =>
      invented(draw, 'dead-cycle', [venue], ['USDT', 'BTC'], random.between(1e5, 3e5)),
    ),
    ...disjoint(1).map((pair) => invented(draw, 'stale', pair, quotes, random.between(9e7, 1.1e8))),
    ...[...disjoint(0), ...disjoint(1)].map((pair) =>
      invented(draw, 'unfunded', pair, quotes, random.between(2e6, 5e6)),
    ),
    ...['BTC3L', 'ETH5S', 'SOL3S', 'BNBUP', 'XRPDOWN', 'ADABULL'].map((asset, i) =>
      invented(draw, 'leveraged', [...disjoint(0), ...disjoint(1)][i] ?? [], quotes, 4e5, asset),
    ),
  ]
}

const someVenues = (random: Random, least: number, most: number): SimulatedVenue[] => {
  const count = random.whole(least, most)
  const left: SimulatedVenue[] = [...simulatedVenues]
  return Array.from(
    { length: count },
    () => left.splice(random.whole(0, left.length - 1), 1)[0],
  ).filter((venue) => venue !== undefined)
}

/** The coins of the world, majors first. */
export function listCoins(): readonly Coin[] {
  const random = createRandom('listing')
  const draw = createNames(
    random,
    majors.map(([asset]) => asset),
  )
  const duos = pairsOfVenues().map((pair) =>
    invented(draw, 'duo', pair, ['USDT'], random.between(1.2e8, 3e8)),
  )
  const solos = simulatedVenues.flatMap((venue) =>
    Array.from({ length: 4 }, () =>
      invented(draw, 'solo', [venue], ['USDT', 'BTC'], random.between(1.2e7, 2.5e7)),
    ),
  )
  const mids = Array.from({ length: 130 }, () =>
    invented(
      draw,
      'mid',
      someVenues(random, 3, 5),
      random.next() < 0.25 ? ['USDT', 'BTC'] : ['USDT'],
      10 ** random.between(5.7, 6.7),
    ),
  )
  const tails = Array.from({ length: 850 }, (_, i) =>
    invented(
      draw,
      'tail',
      i % 9 === 0 ? ['kucoin', random.pick(simulatedVenues.slice(1))] : ['kucoin'],
      i % 5 === 0 ? ['USDT', 'BTC'] : i % 11 === 0 ? ['USDT', 'ETH'] : ['USDT'],
      10 ** random.between(4, 5.6),
    ),
  )
  return [...listMajors(), usdc, ...duos, ...solos, ...listBait(draw), ...mids, ...tails]
}
