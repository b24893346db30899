// How approved trades are carried out; their terms are taken from here when they begin.
import { ms, numeric, oneOf, truth, usdt, whole } from './setting-schemas.ts'

export const executionSettings = {
  'execution.gateway': {
    schema: oneOf(['paper', 'venue']),
    default: 'paper',
    help: 'paper: orders fill from the books seen. venue: simulated accounts take them. Holds from the next start; live: venue.',
  },
  'execution.streams': {
    schema: truth,
    default: true,
    help: 'true: venues tell of our orders and balances as they change, and REST asks besides. false: REST alone.',
  },
  'execution.sending': {
    schema: oneOf(['parallel', 'flakier-first']),
    default: 'parallel',
    help: 'How both orders of a cross leave: parallel, or flakier-first, the other for what that got.',
  },
  'execution.single_leg': {
    schema: oneOf(['hedge', 'reverse', 'proceed', 'hold']),
    default: 'hedge',
    help: 'When only one leg filled: hedge (whichever is cheaper), reverse, proceed, or hold (ask a person).',
  },
  'execution.attempts_max': {
    schema: whole({ min: 1, max: 5 }),
    default: 1,
    help: 'Orders for one leg of a plan; a further one only after a definite no.',
  },
  'execution.slip_percent_max': {
    schema: numeric({ min: 0, max: 10 }),
    default: 1,
    help: 'How far from the price of the plan an order may fill that brings an open position home.',
  },
  'execution.dust_usdt_max': {
    schema: usdt,
    default: 1,
    help: 'What a trade may leave over without an order to bring it home, in USDT worth.',
  },
  'execution.hedges_max': {
    schema: whole({ min: 0, max: 20 }),
    default: 3,
    help: 'Orders that may try to bring one open position home before a person decides.',
  },
  'execution.hedge_ms_max': {
    schema: ms(),
    default: 30_000,
    help: 'For how long the desk tries to bring an open position home before a person decides.',
  },
  'execution.book_age_ms_max': {
    schema: ms(),
    default: 3000,
    help: 'Oldest book that an order may be priced on, from the moment it was asked for.',
  },
  'execution.send_ms_max': {
    schema: ms(100, 60_000),
    default: 2000,
    help: 'An order that has not left so long after it was decided never leaves.',
  },
  'execution.open_ms_max': {
    schema: ms(),
    default: 5000,
    help: 'An immediate-or-cancel order that is open for longer is cancelled.',
  },
  'execution.resolve_ms_max': {
    schema: ms(),
    default: 120_000,
    help: 'After that an order of which nobody can say what became of it is shown to a person.',
  },
  'execution.answer_ms_max': {
    schema: ms(1000),
    default: 300_000,
    help: 'So long a person is waited for who was asked about an open position; then execution.unanswered is done.',
  },
  'execution.unanswered': {
    schema: oneOf(['hedge', 'reverse', 'proceed', 'hold']),
    default: 'hedge',
    help: 'What is done once, within execution.slip_percent_max, when nobody answers: hedge, reverse, proceed, or hold.',
  },
  'execution.settle_ms': {
    schema: ms(),
    default: 1000,
    help: 'How long after the last order ended its fills are looked at once more.',
  },
} as const
