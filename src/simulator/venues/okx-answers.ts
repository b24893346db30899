// What OKX's public and private routes have in common: its answers and chain names.
import type { VenueAnswer } from '../accounts/private-side.ts'

/** OKX's chain names by ccxt's network code; a row's chain is "USDT-ERC20". */
const chainNames: Readonly<Record<string, string>> = { BTC: 'Bitcoin', BEP20: 'BSC', SOL: 'Solana' }

export const chainOf = (asset: string, network: string): string =>
  `${asset}-${chainNames[network] ?? network}`

/** ccxt's network code by OKX's chain; undefined where the client named none. */
export function networkOfChain(chain: string): string | undefined {
  const name = chain.slice(chain.indexOf('-') + 1)
  if (name === '') return undefined
  return Object.entries(chainNames).find(([, own]) => own === name)?.[0] ?? name
}

export const okay = (data: readonly unknown[]) => ({ code: '0', msg: '', data })
export const failure = (code: string, msg: string) => ({ code, msg, data: [] })

export const says = (data: readonly unknown[]): VenueAnswer => ({ status: 200, value: okay(data) })
export const fails = (code: string, msg: string, status = 200): VenueAnswer => ({
  status,
  value: failure(code, msg),
})
