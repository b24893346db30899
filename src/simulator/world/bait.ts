// The decoys that stand for ever: dead markets, namesakes, leveraged tokens and closed wallets. Each
// coin of these kinds is listed for nothing else, so its price on one venue simply stays off.
import type { SourceAsset } from '../market-source.ts'
import type { CoinRole, SimulatedVenue } from './coins.ts'
import { crossGap, cycleGap, type Gap } from './gap.ts'
import type { SimMarket } from './sim-market.ts'

/** How far the second venue's price (of a dead cycle: the BTC market's) stands above the first's. */
export function offsetsOf(role: CoinRole): readonly number[] {
  switch (role) {
    case 'namesake':
      return [0.025, 0.04, 7]
    case 'shut':
      return [0.014, 0.018, 0.022]
    case 'leveraged':
      return [0.03, 0.035, 0.04, 0.045]
    case 'dead':
    case 'dead-cycle':
      return [0.028, 0.034, 0.04]
    case 'major':
    case 'stable':
    case 'mid':
    case 'tail':
    case 'duo':
    case 'solo':
    case 'unfunded':
    case 'stale':
      return []
  }
}

/** Why the gaps of these coins are none. */
const reasons: Partial<Readonly<Record<CoinRole, string>>> = {
  dead: 'dead market',
  'dead-cycle': 'dead market',
  namesake: 'one ticker, two coins',
  shut: 'closed wallet',
  leveraged: 'leveraged token',
}

export type Bait = { readonly gap: Gap; readonly reason: string }

/** Every standing decoy with the gap it shows. */
export function standingBait(
  markets: readonly SimMarket[],
  find: (venue: string, symbol: string) => SimMarket | undefined,
): readonly Bait[] {
  return markets.flatMap((dear): Bait[] => {
    const reason = reasons[dear.role]
    if (reason === undefined || dear.offset === 0) return []
    if (dear.role === 'dead-cycle') {
      const coinUsdt = find(dear.venue, `${dear.rules.base}/USDT`)
      const btcUsdt = find(dear.venue, 'BTC/USDT')
      if (coinUsdt === undefined || btcUsdt === undefined) return []
      return [{ gap: cycleGap({ coinUsdt, coinBtc: dear, btcUsdt }, 'coin'), reason }]
    }
    const cheap = markets.find(
      ({ venue, rules }) => rules.symbol === dear.rules.symbol && venue !== dear.venue,
    )
    return cheap === undefined ? [] : [{ gap: crossGap(cheap, dear), reason }]
  })
}

/** The wallets that are shut: the coin cannot leave the cheap venue or cannot enter the dear one. */
export function shutWallets(
  assets: readonly SourceAsset[],
  venue: SimulatedVenue,
  bait: readonly Bait[],
): readonly SourceAsset[] {
  const gates = new Map<string, { deposit: boolean; withdraw: boolean }>()
  for (const [i, { gap }] of bait.filter(({ reason }) => reason === 'closed wallet').entries()) {
    const [buy, sell] = gap.legs.map(({ market }) => market)
    const asset = buy?.rules.base ?? ''
    if (buy?.venue === venue && i % 3 !== 1) gates.set(asset, { deposit: true, withdraw: false })
    if (sell?.venue === venue && i % 3 !== 0) gates.set(asset, { deposit: false, withdraw: true })
  }
  return assets.map((one) => {
    const gate = gates.get(one.asset)
    if (gate === undefined) return one
    return { ...one, networks: one.networks.map((network) => ({ ...network, ...gate })) }
  })
}
