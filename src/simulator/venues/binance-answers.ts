// What Binance's public and private routes have in common: its answers, parameters and network names.
import type { VenueAnswer } from '../accounts/private-side.ts'
import type { RestCall } from '../venue-dialect.ts'

/** Binance's network ids by ccxt's network code. */
export const networkIds: Readonly<Record<string, string>> = {
  ERC20: 'ETH',
  TRC20: 'TRX',
  BEP20: 'BSC',
}

export const okay = (value: unknown): VenueAnswer => ({ status: 200, value })
export const fails = (code: number, msg: string, status = 400): VenueAnswer => ({
  status,
  value: { code, msg },
})

/** Parameters come in the query, or in the body as a form. */
export const parametersOf = ({ query, body }: RestCall): URLSearchParams =>
  new URLSearchParams([...query, ...new URLSearchParams(body)])
