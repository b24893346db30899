// What Bitget's public and private routes have in common: its answers and chain names.
import type { VenueAnswer } from '../accounts/private-side.ts'
import type { VenueContext } from '../venue-dialect.ts'

export const chainOf = (network: string): string => (network === 'BEP20' ? 'BSC' : network)

/** ccxt's network code by Bitget's chain; undefined where the client named none. */
export const networkOfChain = (chain: string): string | undefined =>
  chain === '' ? undefined : chain === 'BSC' ? 'BEP20' : chain

export const success = (data: unknown, { now }: Pick<VenueContext, 'now'>) => ({
  code: '00000',
  msg: 'success',
  requestTime: now(),
  data,
})

export const says = (data: unknown, context: Pick<VenueContext, 'now'>): VenueAnswer => ({
  status: 200,
  value: success(data, context),
})

export const fails = (code: string, msg: string, status = 400): VenueAnswer => ({
  status,
  value: { code, msg, requestTime: 0, data: null },
})
