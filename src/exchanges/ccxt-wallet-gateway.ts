// The wallets of our accounts at venues, through ccxt. A withdrawal is posted once, and never by anything
// that could post it again; what does not say clearly that nothing left is unknown.
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Exchange, Transaction } from 'ccxt'
import type { VenueId } from '../market/market.ts'
import type { RequestBudget } from '../market/request-budget.ts'
import { decimalOf, format, parseDecimal } from '../money.ts'
import type { DepositRow, WithdrawalRow } from '../trade/transfer/find-transfer.ts'
import type { Destination, TransferOrder, WithdrawalStatus } from '../trade/transfer/transfer.ts'
import type { WalletGateway, WalletRead, Withdrawn } from '../trade/transfer/wallet-gateway.ts'
import { createRestClient, requestTimeoutMsDefault, type VenueAccess } from './ccxt-client.ts'
import { readAsset } from './ccxt-markets.ts'
import { knownExchange } from './known-exchanges.ts'
import { callRest, traceRequests, type RestCaller } from './rest-call.ts'
import { shortLine } from './rest-failure.ts'
import { walletCard, type WalletCard } from './wallet-cards.ts'

/** Reading a wallet is heavy at most venues. */
const readWeight = 5
const rowsMax = 100
/** Lists are several requests. */
const listDeadlineFactor = 3

/** What the wire showed while a withdrawal was made. */
type Sending = {
  readonly notAfter: Date
  hasLeft: boolean
  /** Of the answer to it; 0: none came. */
  status: number
}

const sendings = new AsyncLocalStorage<Sending>()

class TooLate extends Error {}

/** Makes a client tell whether its withdrawal left, and keep one back that is late. Once per object. */
function watchWithdrawals(exchange: Exchange, { path }: WalletCard): void {
  const fetch = exchange.fetch.bind(exchange)
  exchange.fetch = async (...request: Parameters<Exchange['fetch']>) => {
    const [url, method] = request
    const sending = sendings.getStore()
    const isIt = method === 'POST' && new URL(String(url)).pathname.endsWith(path)
    if (sending !== undefined && isIt) {
      if (new Date() >= sending.notAfter) throw new TooLate('it was too late to send it')
      if (sending.hasLeft) throw new Error('a withdrawal is never sent twice')
      sending.hasLeft = true
    }
    return await fetch(...request)
  }
  const onResponse = exchange.onRestResponse.bind(exchange)
  exchange.onRestResponse = (...answer: Parameters<Exchange['onRestResponse']>) => {
    const sending = sendings.getStore()
    if (sending?.hasLeft === true) sending.status = Number(answer[0])
    return onResponse(...answer) as never
  }
}

const codeIn = (message: string): string | undefined =>
  /"(?:code|retCode|sCode)"\s*:\s*"?(-?\d+)"?/.exec(message)?.[1]

/** What an error means that ended a withdrawal. Only a reviewed code means that nothing left. */
function withdrawnOf(
  card: WalletCard,
  error: unknown,
  { hasLeft, status }: Pick<Sending, 'hasLeft' | 'status'>,
): Withdrawn {
  const message = error instanceof Error ? error.message : String(error)
  const said = shortLine(`${card.venue}: ${message.replace(new RegExp(`^${card.venue}\\s+`), '')}`)
  if (!hasLeft) return { outcome: 'refused', reason: said }
  const code = codeIn(message)
  const isNo =
    status > 0 &&
    status < 500 &&
    status !== 429 &&
    code !== undefined &&
    card.refusals.includes(code) &&
    !card.doubtful.test(message)
  return isNo ? { outcome: 'refused', reason: said } : { outcome: 'unknown', reason: said }
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

const amountOf = (value: unknown): bigint | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? parseDecimal(decimalOf(value)) : undefined

function statusOf(status: unknown): WithdrawalStatus {
  if (status === 'ok') return 'done'
  return status === 'failed' || status === 'canceled' || status === 'rejected'
    ? 'failed'
    : 'pending'
}

const addressOf = (row: Transaction): string | undefined =>
  textOf(row.addressTo) ?? textOf(row.address)

function withdrawalRow(card: WalletCard, row: Transaction): WithdrawalRow[] {
  const id = textOf(row.id)
  const amount = amountOf(row.amount)
  if (id === undefined || amount === undefined || row.timestamp === undefined) return []
  const { clientIdTold } = card
  const info = row.info as Readonly<Record<string, unknown>>
  return [
    {
      id,
      clientId: clientIdTold === undefined ? undefined : textOf(info[clientIdTold]),
      asset: row.currency ?? '',
      network: textOf(row.network),
      address: addressOf(row),
      amount,
      fee: amountOf(row.fee?.cost),
      txId: textOf(row.txid),
      status: statusOf(row.status),
      at: new Date(row.timestamp),
    },
  ]
}

function depositRow(row: Transaction): DepositRow[] {
  // Some list deposits without an id of their own.
  const id = textOf(row.id) ?? textOf(row.txid)
  const amount = amountOf(row.amount)
  if (id === undefined || amount === undefined || row.timestamp === undefined) return []
  return [
    {
      id,
      asset: row.currency ?? '',
      network: textOf(row.network),
      address: addressOf(row),
      amount,
      txId: textOf(row.txid),
      isCredited: row.status === 'ok',
      at: new Date(row.timestamp),
    },
  ]
}

type Wallet = {
  readonly card: WalletCard
  readonly exchange: Exchange
  readonly caller: RestCaller
  readonly deadlineMs: number
}

async function read<T>(
  { caller, exchange, deadlineMs }: Wallet,
  work: () => Promise<T>,
): Promise<WalletRead<T>> {
  // Before its first market list ccxt can name nothing.
  if (exchange.markets === undefined) {
    const weight = knownExchange(caller.venue)?.weights.list ?? readWeight
    const loaded = await callRest(caller, weight, deadlineMs * listDeadlineFactor, () =>
      exchange.loadMarkets(),
    )
    if (loaded.outcome === 'failed') return { outcome: 'failed', reason: loaded.detail }
  }
  const answer = await callRest(caller, readWeight, deadlineMs * listDeadlineFactor, work)
  return answer.outcome === 'ok'
    ? { outcome: 'ok', value: answer.value }
    : { outcome: 'failed', reason: answer.detail }
}

async function post(
  wallet: Wallet,
  { id, asset, network, amount, fee }: TransferOrder,
  { address, memo }: Destination,
  notAfter: Date,
): Promise<Withdrawn> {
  const { card, exchange } = wallet
  const sent = card.fee === 'on-top' ? amount : amount + fee
  const params = {
    ...card.params,
    network,
    [card.clientIdField]: id,
    ...(card.venue === 'okx' && { fee: format(fee) }),
  }
  const sending: Sending = { notAfter, hasLeft: false, status: 0 }
  try {
    // ccxt takes decimal text where its types say number, and a double would lose digits.
    const text = format(sent) as unknown as number
    const rounded = exchange.currencyToPrecision(asset, text, network)
    if (parseDecimal(String(rounded)) !== sent)
      return {
        outcome: 'refused',
        reason: `${card.venue} takes ${rounded} ${asset} and not ${format(sent)}`,
      }
    const done = await sendings.run(sending, () =>
      exchange.withdraw(asset, text, address, memo, params),
    )
    return { outcome: 'accepted', withdrawalId: textOf(done.id) ?? '' }
  } catch (error) {
    return withdrawnOf(card, error, sending)
  }
}

export type WalletVenues = {
  /** Venues without keys may receive and may not send. */
  readonly venues: readonly VenueId[]
  readonly access: (venue: VenueId) => VenueAccess
  readonly budget: RequestBudget
}

/** Nothing is sent before the first call. */
export function openCcxtWalletGateway({ venues, access, budget }: WalletVenues): WalletGateway {
  const closing = new AbortController()
  const wallets = new Map(
    venues.flatMap((venue): [VenueId, Wallet][] => {
      const card = walletCard(venue)
      const own = access(venue)
      if (card === undefined || own.keys === undefined) return []
      const deadlineMs = own.requestTimeoutMs ?? requestTimeoutMsDefault
      const exchange = createRestClient(own)
      traceRequests(exchange, deadlineMs)
      watchWithdrawals(exchange, card)
      return [
        [venue, { card, exchange, caller: { venue, budget, closing: closing.signal }, deadlineMs }],
      ]
    }),
  )
  const lacking = (venue: VenueId): string =>
    walletCard(venue) === undefined
      ? `how ${venue} sends and receives is not proven`
      : `no transfer key of ${venue} is set (${venue.toUpperCase()}_TRANSFER_API_KEY)`

  async function reading<T>(
    venue: VenueId,
    work: (wallet: Wallet) => Promise<T>,
  ): Promise<WalletRead<T>> {
    const wallet = wallets.get(venue)
    return wallet === undefined
      ? { outcome: 'failed', reason: lacking(venue) }
      : await read(wallet, () => work(wallet))
  }

  return {
    async ready(venue) {
      const listed = await reading(venue, () => Promise.resolve())
      return listed.outcome === 'ok' ? undefined : listed.reason
    },
    async withdraw(order, to, notAfter) {
      const wallet = wallets.get(order.from)
      return wallet === undefined
        ? { outcome: 'refused', reason: lacking(order.from) }
        : await post(wallet, order, to, notAfter)
    },
    withdrawals: (venue, asset, since) =>
      reading(venue, async ({ card, exchange }) => {
        const rows = await exchange.fetchWithdrawals(asset, since.getTime(), rowsMax)
        return {
          rows: rows.flatMap((row) => withdrawalRow(card, row)),
          tellsClientIds: card.clientIdTold !== undefined,
        }
      }),
    deposits: (venue, asset, since) =>
      reading(venue, async ({ exchange }) =>
        (await exchange.fetchDeposits(asset, since.getTime(), rowsMax)).flatMap(depositRow),
      ),
    address: (venue, asset, network) =>
      reading(venue, async ({ exchange }) => {
        const { address, tag } = await exchange.fetchDepositAddress(asset, { network })
        return { address: String(address), memo: textOf(tag) }
      }),
    asset: (venue, asset) =>
      reading(venue, async ({ exchange }) => {
        const known = knownExchange(venue)
        const currency = (await exchange.fetchCurrencies())[asset]
        return known === undefined || currency === undefined
          ? undefined
          : readAsset(known, currency)
      }),
    async close() {
      closing.abort()
      await Promise.all(
        Array.from(wallets.values(), async ({ exchange }) => {
          await exchange.close()
          await exchange.fetchDispatcher?.destroy()
        }),
      )
    },
  }
}
