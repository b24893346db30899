// Our own name for an order: the same for the same intent on every run, so that after a crash it is known
// what to look for. It says at a glance whether it was paper.
import type { Mode, Role } from './execution.ts'

/** What every venue of the desk takes. */
const lengthMax = 27
const prefixes: Readonly<Record<Mode, string>> = { paper: 'ap', live: 'al' }
const letters: Readonly<Record<Role, string>> = { primary: 'x', hedge: 'h', unwind: 'u' }

export type Intent = {
  readonly mode: Mode
  readonly execution: string
  readonly role: Role
  readonly step: number
  readonly attempt: number
}

/** @throws when the parts would not fit: an id cut short could be another order's. */
export function clientOrderIdOf({ mode, execution, role, step, attempt }: Intent): string {
  const two = (value: number) => String(value).padStart(2, '0')
  const id = `${prefixes[mode]}${execution}${letters[role]}${two(step)}${two(attempt)}`
  if (id.length > lengthMax || !/^[a-z0-9]+$/.test(id))
    throw new Error(`"${id}" is no client order id: at most ${lengthMax} letters and digits`)
  return id
}

/** Every order that carries it is ours. */
export const prefixOf = (mode: Mode): string => prefixes[mode]

const shape: Readonly<Record<Mode, RegExp>> = {
  paper: /^ap([0-9a-z]{6,20})[xhu]\d{4}$/,
  live: /^al([0-9a-z]{6,20})[xhu]\d{4}$/,
}

/** Whether a desk of this mode wrote that id: two letters alone could be anybody's. */
export const isOurOrderId = (mode: Mode, clientOrderId: string): boolean =>
  shape[mode].test(clientOrderId)

/** The execution that would have written that id; whether it did, only the store knows. */
export const executionOf = (mode: Mode, clientOrderId: string): string | undefined =>
  shape[mode].exec(clientOrderId)?.[1]
