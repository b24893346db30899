// What went wrong on the wire: requests or answers that break the Bot API's description, and requests that
// Telegram would have refused. A test asks at its end that there were none.

export type Fault = {
  readonly method: string
  /** request: what the bot sent; answer: what this double answered; double: what it cannot do. */
  readonly where: 'request' | 'answer' | 'double'
  readonly reasons: readonly string[]
}

/** A refusal that no test ordered: the bot asked for something Telegram does not do. */
export type UnorderedRefusal = {
  readonly method: string
  readonly code: number
  readonly description: string
}

export type Faults = {
  readonly found: Fault[]
  readonly refusals: UnorderedRefusal[]
}

export const noFaults = (): Faults => ({ found: [], refusals: [] })

const lineOf = ({ method, where, reasons }: Fault): string =>
  `${method} (${where}): ${reasons.join('; ')}`

/**
 * Throws with one line for each fault and each refusal.
 * @param allowed descriptions of refusals that the test expects, such as /message is not modified/
 */
export function assertNoFaults({ found, refusals }: Faults, allowed: readonly RegExp[] = []): void {
  const unexpected = refusals.filter(
    ({ description }) => !allowed.some((pattern) => pattern.test(description)),
  )
  const lines = [
    ...found.map(lineOf),
    ...unexpected.map(({ method, code, description }) => `${method}: ${code} ${description}`),
  ]
  if (lines.length > 0) throw new Error(`The bot and Telegram disagree:\n${lines.join('\n')}`)
}
