// Whether money and market are real, in words that cannot be missed on any card.

export type Labels = {
  readonly mode: 'paper' | 'live'
  /** 'venues': venue servers that somebody else runs, which are not the venues themselves. */
  readonly market: 'simulator' | 'replay' | 'live' | 'venues'
}

/** The badges of a card: PAPER or LIVE first, then what is not real about the prices. */
export function badgesOf({ mode, market }: Labels): readonly string[] {
  const money = mode === 'live' ? 'LIVE' : 'PAPER'
  switch (market) {
    case 'live':
      return [money]
    case 'replay':
      return [money, 'REPLAY']
    case 'simulator':
    case 'venues':
      return [money, 'SIMULATED MARKET']
  }
}
