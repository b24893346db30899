// What is mutated, and by which tests it is judged: those that need no server, the quickest first.

export type Group = {
  readonly name: string
  /** Whose mutants are counted. */
  readonly files: readonly string[]
  /** Of such a file only the functions of these names: the rest of it is judged elsewhere. */
  readonly parts?: Readonly<Record<string, readonly string[]>>
  readonly tests: readonly string[]
}

/** A group with less than this has too few tests. */
export const scoreMin = 80

const engine = (...names: readonly string[]) => names.map((name) => `src/trade/engine/${name}`)

const dialects = ['binance', 'bitget', 'bybit', 'gate', 'kucoin', 'okx'].map(
  (name) => `src/exchanges/orders/${name}.ts`,
)

export const groups: readonly Group[] = [
  {
    name: 'reducer',
    files: engine(
      'decide.ts',
      'leg-end.ts',
      'read-legs.ts',
      'take-answers.ts',
      'take-fills.ts',
      'proof.ts',
      'transitions.ts',
      'obey.ts',
      'settle.ts',
      'way-home.ts',
      'balance.ts',
    ),
    tests: [
      ...engine(
        'transitions.test.ts',
        'balance.test.ts',
        'proof.test.ts',
        'facts.test.ts',
        'doubt.test.ts',
        'settle.test.ts',
        'leaving.test.ts',
        'obey.test.ts',
        'way-home.test.ts',
        'leg-faults.test.ts',
        'submit-faults.test.ts',
        'send-steps.test.ts',
        'desk-faults.test.ts',
      ),
      // Not decide.test.ts: its tens of thousands of decisions take 2 s for each mutant that is left.
      'test/mutation/short-simulation.ts',
    ],
  },
  {
    name: 'classifier',
    files: [
      'src/exchanges/classify-submission.ts',
      'src/exchanges/exact-json.ts',
      'src/exchanges/rest-failure.ts',
      'src/exchanges/orders/order-card.ts',
      ...dialects,
    ],
    // Their requests and their lists of orders and prints are judged by venue servers, over sockets.
    parts: Object.fromEntries(
      dialects.map((file) => [file, ['verdictOf', 'binanceVerdict', 'accepted']]),
    ),
    tests: [
      'src/exchanges/classify-submission.test.ts',
      'src/exchanges/rest-failure.test.ts',
      'src/exchanges/order-reads.test.ts',
    ],
  },
  {
    name: 'approval',
    files: ['approval', 'authority', 'mandate', 'operator', 'policy', 'role'].map(
      (name) => `src/approval/${name}.ts`,
    ),
    tests: ['authority', 'mandate', 'operator', 'policy', 'role'].map(
      (name) => `src/approval/${name}.test.ts`,
    ),
  },
  {
    name: 'reservation',
    files: ['src/trade/reservation.ts', 'src/trade/risk-rules.ts'],
    tests: ['src/trade/reservation.test.ts', 'src/trade/risk-rules.test.ts'],
  },
  {
    name: 'renderer',
    files: [
      'src/notification/approval-card.ts',
      'src/notification/trade-card.ts',
      ...['render-card', 'render-components', 'render-view', 'markdown'].map(
        (name) => `bots/discord/${name}.ts`,
      ),
      ...['render-card', 'rich-text', 'fixed-table'].map((name) => `bots/telegram/${name}.ts`),
    ],
    tests: [
      'src/notification/approval-card.test.ts',
      'src/notification/trade-card.test.ts',
      'src/notification/describe.test.ts',
      'src/notification/describe-story.test.ts',
      'bots/terminal/notification-cards.test.ts',
      'bots/telegram/render-card.test.ts',
      'bots/telegram/keyboard.test.ts',
      'bots/telegram/rich-text.test.ts',
      'bots/discord/render-components.test.ts',
      'bots/discord/markdown.test.ts',
      'bots/discord/render-view.test.ts',
    ],
  },
]
