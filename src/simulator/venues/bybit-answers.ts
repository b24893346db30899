// What Bybit's public and private routes have in common: its answers and chain names.
import type { VenueAnswer } from '../accounts/private-side.ts'
import type { VenueContext } from '../venue-dialect.ts'

/** Bybit's chains by ccxt's network code. */
const chains: Readonly<Record<string, string>> = { ERC20: 'ETH', TRC20: 'TRX', BEP20: 'BSC' }

export const chainOf = (network: string): string => chains[network] ?? network

/** ccxt's network code by Bybit's chain; undefined where the client named none. */
export function networkOfChain(chain: string): string | undefined {
  if (chain === '') return undefined
  return Object.entries(chains).find(([, own]) => own === chain)?.[0] ?? chain
}

export const success = (result: unknown, { now }: Pick<VenueContext, 'now'>) => ({
  retCode: 0,
  retMsg: 'OK',
  result,
  retExtInfo: {},
  time: now(),
})

/** Everything is said with status 200. */
export const says = (result: unknown, context: Pick<VenueContext, 'now'>): VenueAnswer => ({
  status: 200,
  value: success(result, context),
})

export const fails = (retCode: number, retMsg: string): VenueAnswer => ({
  status: 200,
  value: { retCode, retMsg, result: {}, retExtInfo: {}, time: 0 },
})
