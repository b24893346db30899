// Where prices come from.
import { resolve } from 'node:path'
import { z } from 'zod'
import { fault } from './text.ts'

export type MarketChoice =
  | { readonly kind: 'simulator' }
  | { readonly kind: 'replay'; readonly folder: string }
  | { readonly kind: 'live' }
  /** Venue servers that somebody else runs. */
  | { readonly kind: 'venues'; readonly url: string }

export const marketChoice = z.string().transform((text, context): MarketChoice => {
  if (text === 'simulator' || text === 'live') return { kind: text }
  const [, kind, rest = ''] = /^(replay|venues):(.+)$/.exec(text) ?? []
  if (kind === 'replay') return { kind, folder: resolve(rest) }
  if (kind === 'venues' && /^https?:\/\//.test(rest) && URL.canParse(rest))
    return { kind, url: rest }
  return fault(context, 'is none of simulator, live, replay:<folder>, venues:http://<host>:<port>')
})

/** As ARBDESK_MARKET says it. */
export function marketText(market: MarketChoice): string {
  switch (market.kind) {
    case 'simulator':
    case 'live':
      return market.kind
    case 'replay':
      return `replay:${market.folder}`
    case 'venues':
      return `venues:${market.url}`
  }
}

/**
 * A home keeps each kind of market in a database of its own: prices, balances and trades of a simulated
 * day have no business beside those of a real one, and paper money none beside real money.
 */
export const databaseOf = ({ kind }: MarketChoice, mode: 'paper' | 'live'): string =>
  mode === 'live' ? `arbdesk_money_${kind}` : `arbdesk_${kind}`
