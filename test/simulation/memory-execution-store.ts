// The engine's store in memory, with the database's semantics: a commit happens whole at one instant or not
// at all, on the condition of epoch and version; tables refuse what must never be.
import { marketKey, type VenueId } from '../../src/market/market.ts'
import type { Alert } from '../../src/trade/engine/alert.ts'
import { allowsRole, type ControlMode } from '../../src/trade/engine/control.ts'
import { isOver, type Execution, type Held, type Leg } from '../../src/trade/engine/execution.ts'
import type {
  Claim,
  Commit,
  Committed,
  Created,
  ExecutionStore,
} from '../../src/trade/engine/execution-store.ts'
import type { LedgerEntry } from '../../src/trade/engine/ledger.ts'
import { mayExecutionGo, mayLegGo } from '../../src/trade/engine/transitions.ts'
import {
  nothingKnown,
  type Transfer,
  type TransferOrder,
} from '../../src/trade/transfer/transfer.ts'

export type Row = { execution: Execution; epoch: number; leaseUntilMs: number }
export type Capital = { free: bigint; reserved: bigint }

export type MemoryTables = {
  readonly rows: Map<string, Row>
  readonly byOpportunity: Map<string, string>
  readonly legOwner: Map<string, string>
  readonly entries: Map<string, LedgerEntry>
  readonly capital: Map<string, Capital>
  readonly transfers: Map<string, Transfer>
  readonly alerts: Map<string, Alert>
  mode: ControlMode
}

export type StoreHooks = {
  readonly now: () => Date
  /** Called at the instant of each commit, after it. */
  readonly onCommit?: (before: Execution, after: Execution, commit: Commit) => void
  /** A table refused a change: the program has a mistake. */
  readonly onRefusal?: (detail: string) => void
}

export type MemoryStore = ExecutionStore & {
  readonly tables: MemoryTables
  /** The instant of it is the order of everything. */
  press(mode: ControlMode): void
  fund(venue: VenueId, asset: string, amount: bigint): void
  setAside(venue: VenueId, asset: string, amount: bigint): void
}

class RefusedByTableError extends Error {}

const capitalOf = ({ capital }: MemoryTables, venue: VenueId, asset: string): Capital => {
  const key = marketKey(venue, asset)
  const found = capital.get(key) ?? { free: 0n, reserved: 0n }
  capital.set(key, found)
  return found
}

const stateBefore = (before: Execution, { clientOrderId }: Leg): Leg | undefined =>
  before.legs.find((leg) => leg.clientOrderId === clientOrderId)

/** What triggers, checks and unique indexes do. */
function checkTables(tables: MemoryTables, before: Execution, after: Execution): void {
  const refuse = (detail: string) => {
    throw new RefusedByTableError(`${after.id}: ${detail}`)
  }
  if (!mayExecutionGo(before.state, after.state)) refuse(`${before.state} to ${after.state}`)
  if (after.legs.length < before.legs.length) refuse('a leg is gone')
  for (const leg of after.legs) {
    const was = stateBefore(before, leg)
    const owner = tables.legOwner.get(leg.clientOrderId)
    if (owner !== undefined && owner !== after.id) refuse(`${leg.clientOrderId} is another's`)
    if (was === undefined && leg.state !== 'intent') refuse(`${leg.clientOrderId} begins so late`)
    if (was !== undefined && !mayLegGo(was.state, leg.state))
      refuse(`${leg.clientOrderId} from ${was.state} to ${leg.state}`)
    if (was !== undefined && leg.fills.length < was.fills.length) refuse('a fill is gone')
    if (new Set(leg.fills.map(({ tradeId }) => tradeId)).size !== leg.fills.length)
      refuse(`${leg.clientOrderId} has a fill twice`)
  }
  const homeward = after.legs.filter(
    ({ role, state }) =>
      role !== 'primary' && ['sending', 'unknown', 'acked', 'cancelling'].includes(state),
  )
  const isNew = homeward.some((leg) => stateBefore(before, leg)?.state === 'intent')
  if (isNew && homeward.length > 1) refuse('two contingent orders at once')
}

/** Whatever is moved comes from somewhere. */
function checkBalanced(id: string, entries: readonly LedgerEntry[]): void {
  const sums = new Map<string, bigint>()
  for (const { transaction, asset, amount } of entries) {
    const key = `${transaction} ${asset}`
    sums.set(key, (sums.get(key) ?? 0n) + amount)
  }
  for (const [key, sum] of sums)
    if (sum !== 0n) throw new RefusedByTableError(`${id}: ${key} moves ${sum} out of nothing`)
}

const sendingNow = (before: Execution, after: Execution): readonly Leg[] =>
  after.legs.filter(
    (leg) => leg.state === 'sending' && stateBefore(before, leg)?.state === 'intent',
  )

/** Amount and fee are its own from now on. */
function askTransfer(tables: MemoryTables, order: TransferOrder, now: Date): void {
  if (tables.transfers.has(order.id))
    throw new RefusedByTableError(`${order.id} is asked for twice`)
  if (order.mode !== 'paper') throw new RefusedByTableError(`${order.id} would send real money`)
  capitalOf(tables, order.from, order.asset).reserved += order.amount + order.fee
  const transfer = { order, facts: nothingKnown, state: 'requested', changedAt: now } as const
  tables.transfers.set(order.id, transfer)
}

function moveHeld(tables: MemoryTables, held: readonly Held[], sign: bigint): void {
  for (const { venue, asset, amount } of held)
    capitalOf(tables, venue, asset).reserved += sign * amount
}

/** Everything of one transaction, at one instant; `mode` is the control row as this transaction saw it. */
export function applyCommit(
  tables: MemoryTables,
  hooks: StoreHooks,
  commit: Commit,
  mode: ControlMode,
): Committed {
  const row = tables.rows.get(commit.execution.id)
  if (row === undefined || row.epoch !== commit.epoch) return { outcome: 'lost' }
  const before = row.execution
  if (before.version !== commit.execution.version) return { outcome: 'lost' }
  checkTables(tables, before, commit.execution)
  const leaving = sendingNow(before, commit.execution)
  if (leaving.length > 0 && !commit.sends)
    throw new RefusedByTableError(`${before.id} sends without the lock`)
  if (leaving.some(({ role }) => !allowsRole(mode, role))) return { outcome: 'forbidden', mode }
  const now = hooks.now()
  if (leaving.some(({ notAfter }) => notAfter === undefined || notAfter <= now))
    return { outcome: 'late' }
  if (commit.reserves)
    for (const { venue, asset, amount } of commit.execution.held) {
      const { free, reserved } = capitalOf(tables, venue, asset)
      if (reserved + amount > free) return { outcome: 'short', venue, asset }
    }
  checkBalanced(before.id, commit.entries)
  moveHeld(tables, before.held, -1n)
  moveHeld(tables, commit.execution.held, 1n)
  for (const entry of commit.entries) {
    if (tables.entries.has(entry.key)) continue
    tables.entries.set(entry.key, entry)
    if (entry.account.type === 'venue')
      capitalOf(tables, entry.account.venue, entry.asset).free += entry.amount
  }
  for (const order of commit.requests) askTransfer(tables, order, hooks.now())
  for (const alert of commit.alerts)
    if (!tables.alerts.has(alert.key)) tables.alerts.set(alert.key, alert)
  for (const leg of commit.execution.legs) tables.legOwner.set(leg.clientOrderId, before.id)
  row.execution = { ...commit.execution, version: before.version + 1 }
  row.leaseUntilMs = hooks.now().getTime() + commit.leaseMs
  hooks.onCommit?.(before, row.execution, commit)
  return { outcome: 'committed', at: hooks.now() }
}

export function createMemoryStore(hooks: StoreHooks): MemoryStore {
  const tables: MemoryTables = {
    rows: new Map(),
    byOpportunity: new Map(),
    legOwner: new Map(),
    entries: new Map(),
    capital: new Map(),
    transfers: new Map(),
    alerts: new Map(),
    mode: 'running',
  }
  const nowMs = () => hooks.now().getTime()
  return {
    tables,
    press: (mode) => void (tables.mode = mode),
    fund(venue, asset, amount) {
      capitalOf(tables, venue, asset).free += amount
    },
    setAside(venue, asset, amount) {
      capitalOf(tables, venue, asset).reserved += amount
    },
    async create(execution): Promise<Created> {
      const known = tables.byOpportunity.get(execution.opportunity)
      if (known !== undefined) return { outcome: 'exists', id: known }
      tables.byOpportunity.set(execution.opportunity, execution.id)
      tables.rows.set(execution.id, { execution, epoch: 0, leaseUntilMs: 0 })
      return { outcome: 'created' }
    },
    async claim(id, _worker, leaseMs): Promise<Claim> {
      const row = tables.rows.get(id)
      if (row === undefined) return { outcome: 'absent' }
      if (row.leaseUntilMs > nowMs()) return { outcome: 'not-yours' }
      row.epoch++
      row.leaseUntilMs = nowMs() + leaseMs
      const { execution, epoch } = row
      return { outcome: 'claimed', execution, epoch, at: hooks.now() }
    },
    async release(id, epoch) {
      const row = tables.rows.get(id)
      if (row?.epoch === epoch) row.leaseUntilMs = 0
    },
    async commit(commit) {
      try {
        return applyCommit(tables, hooks, commit, tables.mode)
      } catch (error) {
        if (error instanceof RefusedByTableError) hooks.onRefusal?.(error.message)
        throw error
      }
    },
    async find(id) {
      const row = tables.rows.get(id)
      if (row === undefined) return undefined
      return { execution: row.execution, epoch: row.epoch, at: hooks.now() }
    },
    async listDue() {
      return [...tables.rows.values()]
        .filter(({ execution: { state, wakeAt }, leaseUntilMs }) => {
          const isDue = wakeAt === undefined || wakeAt.getTime() <= nowMs()
          return !isOver(state) && leaseUntilMs <= nowMs() && isDue
        })
        .map(({ execution }) => execution.id)
    },
    async ordersOfOthers(id, venue, orderIds) {
      const wanted = new Set(orderIds)
      return [...tables.rows.values()].flatMap(({ execution }) =>
        execution.id === id
          ? []
          : execution.legs.flatMap(({ orderId, market }) =>
              orderId !== undefined && market.venue === venue && wanted.has(orderId)
                ? [orderId]
                : [],
            ),
      )
    },
  }
}
