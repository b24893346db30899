// What came to one venue account from elsewhere and what left it, as ccxt reads the venue's own history.
import type { RequestBudget } from '../market/request-budget.ts'
import { parseDecimal } from '../money.ts'
import type { Read } from '../trade/engine/order-gateway.ts'
import type { AccountTransfer } from '../trade/reconcile/account-gateway.ts'
import { createRestClient, requestTimeoutMsDefault, type VenueAccess } from './ccxt-client.ts'
import { knownExchange } from './known-exchanges.ts'
import { callRest, traceRequests, type RestCaller } from './rest-call.ts'
import { shortLine } from './rest-failure.ts'

export type TransferHistory = {
  read(since: Date): Promise<Read<readonly AccountTransfer[]>>
  close(): Promise<void>
}

/** ccxt's words for a row; decimals are texts, for the client is told not to make numbers of them. */
type Row = {
  readonly id?: unknown
  readonly txid?: unknown
  readonly currency?: unknown
  readonly amount?: unknown
  readonly fee?: { readonly cost?: unknown; readonly currency?: unknown } | undefined
  readonly timestamp?: unknown
  readonly status?: unknown
}

const rowsMax = 100
/** A history that names its list first takes more than one request. */
const deadlineFactor = 3

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : ''

function transferOf(kind: AccountTransfer['kind'], row: Row): AccountTransfer[] {
  const status = textOf(row.status)
  // A deposit counts once it is there; a withdrawal has left the balance when it was asked for.
  const isGone = kind === 'deposit' ? status !== 'ok' : status === 'failed' || status === 'canceled'
  const [id, asset] = [textOf(row.id) || textOf(row.txid), textOf(row.currency)]
  if (isGone || id === '' || asset === '') return []
  const amount = parseDecimal(textOf(row.amount))
  const cost = textOf(row.fee?.cost)
  const isOwnFee = cost !== '' && textOf(row.fee?.currency ?? asset) === asset
  const fee = isOwnFee ? parseDecimal(cost) : 0n
  const at = new Date(Number(textOf(row.timestamp)) || 0)
  return [{ kind, id, asset, amount: kind === 'deposit' ? amount : -(amount + fee), at }]
}

/** @throws Error for a venue without an entry in known-exchanges.ts. */
export function openTransferHistory(options: {
  readonly access: VenueAccess
  readonly budget: RequestBudget
}): TransferHistory {
  const { access, budget } = options
  const { venue } = access
  const exchange = createRestClient(access)
  // Money never passes through a double.
  Object.assign(exchange, { number: String })
  const timeoutMs = access.requestTimeoutMs ?? requestTimeoutMsDefault
  traceRequests(exchange, timeoutMs)
  const closing = new AbortController()
  const caller: RestCaller = { venue, budget, closing: closing.signal }
  const weight = knownExchange(venue)?.weights.small ?? 1

  const rows = (ask: () => Promise<unknown>) =>
    callRest(caller, weight, timeoutMs * deadlineFactor, ask)

  return {
    async read(since) {
      const sinceMs = since.getTime()
      const [ins, outs] = await Promise.all([
        rows(() => exchange.fetchDeposits(undefined, sinceMs, rowsMax)),
        rows(() => exchange.fetchWithdrawals(undefined, sinceMs, rowsMax)),
      ])
      if (ins.outcome === 'failed') return { outcome: 'failed', reason: ins.detail }
      if (outs.outcome === 'failed') return { outcome: 'failed', reason: outs.detail }
      try {
        const value = [
          ...(ins.value as Row[]).flatMap((row) => transferOf('deposit', row)),
          ...(outs.value as Row[]).flatMap((row) => transferOf('withdrawal', row)),
        ]
        return { outcome: 'ok', value: value.filter(({ at }) => at >= since) }
      } catch (error) {
        return { outcome: 'failed', reason: shortLine(`${venue}: ${String(error)}`) }
      }
    },
    async close() {
      closing.abort()
      await exchange.close()
      await exchange.fetchDispatcher?.destroy()
    },
  }
}
