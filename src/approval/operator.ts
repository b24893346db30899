// Who may act. A person may have several accounts; nobody is anybody by being in a group.
import { includesRole, type Role } from './role.ts'

export type OperatorSurface = 'discord' | 'telegram'

/** One account. Accounts with the same name are one person, so that nobody approves twice. */
export type Operator = {
  readonly surface: OperatorSurface
  readonly id: string
  readonly name: string
  readonly role: Role
}

export type ListedOperator = Operator & {
  /** 'configuration': as ARBDESK_OPERATORS has it. 'chat': an admin changed it. */
  readonly from: 'configuration' | 'chat'
}

/** An admin's change. `role` undefined takes the account's authority away, the configured one too. */
export type OperatorChange = {
  readonly surface: OperatorSurface
  readonly id: string
  readonly name: string
  readonly role: Role | undefined
}

/** What was changed wins over what was configured. */
export function listOperators(
  configured: readonly Operator[],
  changes: readonly OperatorChange[],
): readonly ListedOperator[] {
  const key = ({ surface, id }: { surface: string; id: string }) => `${surface}:${id}`
  const changed = new Map(changes.map((change) => [key(change), change]))
  return [
    ...configured
      .filter((operator) => !changed.has(key(operator)))
      .map((operator) => ({ ...operator, from: 'configuration' as const })),
    ...changes.flatMap(({ role, ...account }) =>
      role === undefined ? [] : [{ ...account, role, from: 'chat' as const }],
    ),
  ]
}

/** How many different people are among these accounts. */
export const peopleAmong = (operators: readonly Operator[]): number =>
  new Set(operators.map(({ name }) => name)).size

/** Whether a person may still answer for trades, on any account; the terminal's user always may. */
export const mayTrade = (operators: readonly Operator[], person: string, by: string): boolean =>
  by.startsWith('terminal:') ||
  operators.some(({ name, role }) => name === person && includesRole(role, 'trader'))
