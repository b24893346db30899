// Moving coins between our own accounts: what may be sent, and how far.
import { ms, truth, usdt } from './setting-schemas.ts'

export const transferSettings = {
  'transfer.enabled': {
    schema: truth,
    default: false,
    help: 'true: transfers that a person confirmed leave. false: none does, but those of paper trades.',
  },
  'transfer.usdt_max': {
    schema: usdt,
    default: 200,
    help: 'The most that one transfer may be worth, its fee included, in USDT worth.',
  },
  'transfer.day_usdt_max': {
    schema: usdt,
    default: 500,
    help: 'The most that may leave in a UTC day by all transfers together, in USDT worth.',
  },
  'opportunity.transfer': {
    schema: truth,
    default: false,
    help: 'true: gaps are offered as transfer trades, too: buy, send, sell, send the money back. On paper alone.',
  },
  'paper.transfer_ms': {
    schema: ms(),
    default: 0,
    help: 'How long a paper transfer takes until it has arrived; 0: as long as its network should.',
  },
} as const
