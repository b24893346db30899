// Brings one transfer as far as it gets now. Boot, sweep and job all call it, so being called again, or
// dying in the middle, is nothing special: the one call is let go by the database, once, and whatever
// became of it is found by looking.
import { addressFor, mismatchOf, type AddressEntry } from './address-book.ts'
import { obstacleOf } from './check-way.ts'
import { findDeposit, findWithdrawal } from './find-transfer.ts'
import { dueAt, withdrawalOf } from './learn.ts'
import type { Observation, Transfer } from './transfer.ts'
import type { Admitted, TransferCaps, TransferStore } from './transfer-store.ts'
import type { WalletGateway } from './wallet-gateway.ts'

export type TransferLimits = TransferCaps & { readonly isEnabled: boolean }

export type TransferDesk = {
  readonly store: Pick<TransferStore, 'find' | 'leave' | 'observe' | 'open' | 'taken'>
  readonly wallet: WalletGateway
  /** Read anew for each transfer; a text says why nobody can read it. */
  readonly addresses: () => Promise<readonly AddressEntry[] | string>
  readonly limits: () => Promise<TransferLimits>
  readonly now: () => Date
  /** A line for the log: a venue that did not answer, or two withdrawals that could both be it. */
  readonly warn: (line: string) => void
  /** Whoever let it go has its answer by then, or never, ms. */
  readonly sendMsMax: number
}

/** Venues list what they did before they were asked, and their clocks differ, ms. */
const lookBackMs = 600_000

const silence = (reason: string): Observation => ({
  kind: 'answered',
  answer: { kind: 'silence', reason },
})

/** Everything but what the database itself says when it lets it go. */
async function admit(desk: TransferDesk, { order }: Transfer): Promise<Admitted> {
  const refused = (reason: string): Admitted => ({ outcome: 'refused', reason })
  const { wallet } = desk
  const { isEnabled, ...caps } = await desk.limits()
  // A person agreed to the whole trade that a transfer is part of, and paper is all it moves.
  if (!isEnabled && order.trade === undefined)
    return refused('transfers are switched off: transfer.enabled is false')
  if (desk.now() >= order.expiresAt) return refused('it was asked for too long ago')
  const unready = await wallet.ready(order.from)
  if (unready !== undefined) return refused(unready)
  const book = await desk.addresses()
  if (typeof book === 'string') return refused(book)
  const listed = addressFor(book, order)
  if (listed.outcome === 'refused') return listed
  const [told, sending, receiving] = await Promise.all([
    wallet.address(order.to, order.asset, order.network),
    wallet.asset(order.from, order.asset),
    wallet.asset(order.to, order.asset),
  ])
  if (told.outcome === 'failed') return refused(told.reason)
  if (sending.outcome === 'failed') return refused(sending.reason)
  if (receiving.outcome === 'failed') return refused(receiving.reason)
  const mismatch = mismatchOf(listed.to, told.value, order.to)
  if (mismatch !== undefined) return refused(mismatch)
  const obstacle = obstacleOf(order, sending.value, receiving.value)
  return obstacle === undefined ? { outcome: 'ready', to: listed.to, caps } : refused(obstacle)
}

async function send(desk: TransferDesk, transfer: Transfer): Promise<void> {
  const { store, wallet, sendMsMax } = desk
  const { id } = transfer.order
  const leave = await store.leave(id, await admit(desk, transfer))
  if (leave.outcome !== 'left') return
  const notAfter = new Date(leave.at.getTime() + sendMsMax / 2)
  const withdrawn = await wallet
    .withdraw(transfer.order, leave.to, notAfter)
    .catch((error: unknown) => ({ outcome: 'unknown' as const, reason: String(error) }))
  switch (withdrawn.outcome) {
    case 'accepted': {
      const { withdrawalId } = withdrawn
      await store.observe(id, { kind: 'answered', answer: { kind: 'yes', withdrawalId } })
      return
    }
    case 'refused':
      await store.observe(id, {
        kind: 'answered',
        answer: { kind: 'no', reason: withdrawn.reason },
      })
      return
    case 'unknown':
      await store.observe(id, silence(withdrawn.reason))
  }
}

async function lookAtSender(
  desk: TransferDesk,
  transfer: Transfer,
  since: Date,
): Promise<Transfer | undefined> {
  const { store, wallet, warn } = desk
  const { id, from, asset } = transfer.order
  const read = await wallet.withdrawals(from, asset, since)
  if (read.outcome === 'failed') warn(`transfer ${id}: ${read.reason}`)
  if (read.outcome === 'failed') return undefined
  const { rows, tellsClientIds } = read.value
  const { withdrawals: taken } = await store.taken(id, from)
  const match = findWithdrawal(transfer, rows, tellsClientIds, taken)
  if (match.outcome === 'ambiguous')
    warn(`transfer ${id}: ${from} lists ${match.ids.join(' and ')}, which could both be it`)
  if (match.outcome !== 'found') return undefined
  const { status, txId, fee } = match.row
  const withdrawal = { id: match.row.id, by: match.by, status, txId, fee }
  return await store.observe(id, { kind: 'at-sender', withdrawal })
}

async function lookAtReceiver(desk: TransferDesk, transfer: Transfer, since: Date): Promise<void> {
  const { store, wallet, warn } = desk
  const { id, to, asset } = transfer.order
  const read = await wallet.deposits(to, asset, since)
  if (read.outcome === 'failed') return warn(`transfer ${id}: ${read.reason}`)
  const { deposits: taken } = await store.taken(id, to)
  const match = findDeposit(transfer, read.value, taken)
  if (match.outcome === 'ambiguous')
    warn(`transfer ${id}: ${to} lists ${match.ids.join(' and ')}, which could both be it`)
  if (match.outcome !== 'found' || !match.row.isCredited) return
  const deposit = { id: match.row.id, amount: match.row.amount }
  await store.observe(id, { kind: 'at-receiver', deposit })
}

async function look(desk: TransferDesk, transfer: Transfer, left: Date): Promise<void> {
  const { store, now } = desk
  const { id, etaMs } = transfer.order
  const since = new Date(left.getTime() - lookBackMs)
  const seen = (await lookAtSender(desk, transfer, since)) ?? transfer
  if (withdrawalOf(seen.facts)?.status !== 'failed') await lookAtReceiver(desk, seen, since)
  if (!seen.facts.isOverdue && now() > dueAt(left, etaMs))
    await store.observe(id, { kind: 'overdue' })
}

export async function driveTransfer(desk: TransferDesk, id: string): Promise<void> {
  const transfer = await desk.store.find(id)
  if (transfer === undefined) throw new Error(`there is no transfer ${id}`)
  const { state, facts } = transfer
  if (state === 'requested') return await send(desk, transfer)
  const left = facts.left?.at
  if (left === undefined || state === 'credited') return
  // Somebody may still be waiting for its answer; whoever died waiting left it like this.
  const isWaitedFor = desk.now().getTime() - left.getTime() < desk.sendMsMax
  if (state === 'sending' && isWaitedFor) return
  if (state === 'sending')
    await desk.store.observe(id, silence('the process that sent it died before it had an answer'))
  await look(desk, transfer, left)
}

/** Those whose venues have not answered must not hold up the others. */
export async function driveTransfers(desk: TransferDesk): Promise<void> {
  for (const { order } of await desk.store.open())
    await driveTransfer(desk, order.id).catch((error: unknown) =>
      desk.warn(`transfer ${order.id}: ${String(error)}`),
    )
}
