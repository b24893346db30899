// Whether money and market are real, in words that cannot be missed on any card.

export type Labels = {
  readonly mode: 'paper' | 'live'
  /** As configured: "simulator", "replay:<folder>", "live" or "venues:<url>". */
  readonly market: string
}

/** What the market is, without the folder or address behind it. */
export function marketName(market: string): 'simulator' | 'replay' | 'live' | 'venue servers' {
  if (market.startsWith('replay')) return 'replay'
  if (market.startsWith('venues')) return 'venue servers'
  return market === 'live' ? 'live' : 'simulator'
}

/** The badges of a card: PAPER or LIVE first, then what is not real about the prices. */
export function badgesOf({ mode, market }: Labels): readonly string[] {
  const money = mode === 'live' ? 'LIVE' : 'PAPER'
  switch (marketName(market)) {
    case 'live':
      return [money]
    case 'replay':
      return [money, 'REPLAY']
    case 'simulator':
    case 'venue servers':
      return [money, 'SIMULATED MARKET']
  }
}
