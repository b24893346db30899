// Whether a transfer may leave, in the transaction that lets it go.
import { sql, type Transaction } from 'kysely'
import type { ControlMode } from '../trade/engine/control.ts'
import { bringsHome, type TransferOrder } from '../trade/transfer/transfer.ts'
import type { Admitted, Leave, TransferCaps } from '../trade/transfer/transfer-store.ts'
import { midnight } from './clock.ts'
import { holdControlMode, stricter } from './control-mode.ts'
import type { Tables } from './tables.ts'

type Trx = Transaction<Tables>

export const usedToday = (mode: TransferOrder['mode']) => sql<{ used: string }>`
  select coalesce(sum(worth_usdt), 0) as used from transfers
  where mode = ${mode} and sent_at >= ${midnight} and state not in ('rejected', 'returned')`

async function beyondCaps(
  trx: Trx,
  order: TransferOrder,
  { usdtMax, dayUsdtMax }: TransferCaps,
): Promise<string | undefined> {
  const worth = Math.round(order.worthUsdt * 100) / 100
  if (order.worthUsdt > usdtMax)
    return `it is worth ${worth} USDT, and transfer.usdt_max allows ${usdtMax}`
  const { rows } = await usedToday(order.mode).execute(trx)
  const used = Number(rows[0]?.used ?? 0)
  return used + order.worthUsdt > dayUsdtMax
    ? `${Math.round(used * 100) / 100} USDT have left today and it is worth ${worth}; transfer.day_usdt_max allows ${dayUsdtMax}`
    : undefined
}

/** Caps keep money from going out: what is out already may come home, however they were lowered since. */
export async function judgeLeaving(
  trx: Trx,
  order: TransferOrder,
  admitted: Admitted,
  here: ControlMode,
): Promise<Exclude<Leave, { outcome: 'gone' }>> {
  const refused = (reason: string) => ({ outcome: 'refused', reason }) as const
  const control = stricter(await holdControlMode(trx), here)
  if (control === 'killed' || control === 'frozen')
    return bringsHome(order) ? { outcome: 'waits' } : refused('the kill switch is pressed')
  if (admitted.outcome === 'refused') return admitted
  const beyond = bringsHome(order) ? undefined : await beyondCaps(trx, order, admitted.caps)
  if (beyond !== undefined) return refused(beyond)
  const { rows } = await sql<{ at: Date }>`select clock_timestamp() as at`.execute(trx)
  const at = rows[0]?.at ?? new Date()
  return at >= order.expiresAt
    ? refused('it was asked for too long ago')
    : { outcome: 'left', at, to: admitted.to }
}
