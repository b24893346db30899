// How often what venues say is held against what the desk remembers, and what may differ.
import { ms, usdt } from './setting-schemas.ts'

export const reconcileSettings = {
  'reconcile.open_ms': {
    schema: ms(1000),
    default: 30_000,
    help: 'How often each venue account is looked at while anything is open or in doubt.',
  },
  'reconcile.idle_ms': {
    schema: ms(1000),
    default: 300_000,
    help: 'How often each venue account is looked at while nothing is open.',
  },
  'reconcile.told_ms': {
    schema: ms(100),
    default: 10_000,
    help: 'How soon a venue account may be looked at again because its stream tells that something moved.',
  },
  'reconcile.tolerance_usdt': {
    schema: usdt,
    default: 1,
    help: 'What a balance may differ without a known reason, in USDT worth; more makes the venue reduce-only.',
  },
} as const
