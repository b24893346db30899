// A transfer for tests: 100 USDT from kucoin to okx on ERC20 for 1 USDT.
import { parseDecimal } from '../../money.ts'
import { learn, stateOf } from './learn.ts'
import { nothingKnown, type Observation, type Transfer, type TransferOrder } from './transfer.ts'

export const sampleAt = new Date('2026-03-01T12:00:00Z')
export const samplePlace = { address: `0x${'ab'.repeat(20)}`, memo: undefined }

export const sampleOrder = (changes: Partial<TransferOrder> = {}): TransferOrder => ({
  id: 'sample0001',
  mode: 'paper',
  asset: 'USDT',
  network: 'ERC20',
  from: 'kucoin',
  to: 'okx',
  amount: parseDecimal('100'),
  fee: parseDecimal('1'),
  worthUsdt: 101,
  etaMs: 60_000,
  requestedBy: 'terminal:ann',
  requestedAt: sampleAt,
  expiresAt: new Date(sampleAt.getTime() + 600_000),
  ...changes,
})

export const sampleLeft: Observation = { kind: 'left', at: sampleAt, to: samplePlace }

/** After all of these, in this order. */
export function sampleTransfer(
  observed: readonly Observation[],
  order: TransferOrder = sampleOrder(),
): Transfer {
  const facts = observed.reduce(learn, nothingKnown)
  return { order, facts, state: stateOf(facts), changedAt: sampleAt }
}
