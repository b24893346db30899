// PORT: people as the database keeps them: authority changed from chat, limits, mandates, first
// confirmations. What anybody tried is the audit's.
import type { Confirmation, PersonLimits } from './authority.ts'
import type { Mandate } from './mandate.ts'
import type { ListedOperator, Operator, OperatorChange, OperatorSurface } from './operator.ts'

export type NewMandate = Pick<Mandate, 'route' | 'person' | 'by' | 'capUsdt'> & {
  readonly livesMs: number
}

export type PeopleStore = {
  /** Read from the database each time, so that authority taken away is gone at the next click. */
  findOperator(surface: OperatorSurface, id: string): Promise<Operator | undefined>
  listOperators(): Promise<readonly ListedOperator[]>
  changeOperator(change: OperatorChange, by: string): Promise<void>

  limitsOf(person: string): Promise<PersonLimits>
  /** Everybody with limits of their own. */
  listLimits(): Promise<readonly (PersonLimits & { readonly person: string })[]>
  changeLimits(person: string, limits: PersonLimits, by: string): Promise<void>
  /** Notional of this UTC day's trades that rest on the person's yes, USDT. */
  approvedTodayUsdt(person: string): Promise<number>

  giveMandate(mandate: NewMandate): Promise<Mandate>
  /** Those that still hold, the first to end first. */
  listMandates(): Promise<readonly Mandate[]>
  /** Undefined when it holds no more. */
  revokeMandate(id: string, by: string): Promise<Mandate | undefined>

  /** First confirmations of a step that still wait for a second. */
  waitingConfirmations(step: string): Promise<readonly Confirmation[]>
  /** Keeps the first time that one person confirmed a step; again changes nothing. */
  addConfirmation(step: string, person: string, by: string, livesMs: number): Promise<void>
  /** The step was taken, or called off: those that waited are used up. */
  useConfirmations(step: string): Promise<void>
}
