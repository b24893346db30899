// What KuCoin's public and private routes have in common: its answers and chain names.
import type { VenueAnswer } from '../accounts/private-side.ts'
import type { VenueContext } from '../venue-dialect.ts'

export const socketHost = 'ws-api-spot.kucoin.com'

/** KuCoin's chain ids by ccxt's network code. */
const chainIds: Readonly<Record<string, string>> = {
  BTC: 'btc',
  ERC20: 'eth',
  TRC20: 'trx',
  BEP20: 'bsc',
  SOL: 'sol',
}

export const chainIdOf = (network: string): string => chainIds[network] ?? network.toLowerCase()

/** ccxt's network code by KuCoin's id; undefined where the client named no chain. */
export function networkOfChain(id: string): string | undefined {
  if (id === '') return undefined
  return Object.entries(chainIds).find(([, own]) => own === id)?.[0] ?? id.toUpperCase()
}

export const success = (data: unknown) => ({ code: '200000', data })
export const okay = (data: unknown): VenueAnswer => ({ status: 200, value: success(data) })
/** What is wrong with the order is said with 200, what is wrong with the request with 400 or 401. */
export const fails = (code: string, msg: string, status = 200): VenueAnswer => ({
  status,
  value: { code, msg },
})

export const page = (items: readonly unknown[]): VenueAnswer =>
  okay({ currentPage: 1, pageSize: 500, totalNum: items.length, totalPage: 1, items })

/** What both bullets answer: where the websocket is, and the token that it asks for. */
export function kucoinServers({ authority }: VenueContext, token: string) {
  const server = {
    endpoint: `ws://${authority}/${socketHost}/`,
    encrypt: true,
    protocol: 'websocket',
    pingInterval: 18_000,
    pingTimeout: 10_000,
  }
  return { token, instanceServers: [server] }
}
