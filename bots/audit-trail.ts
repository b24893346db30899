// What anybody tried, written down whatever became of it, and without what they must not show.
import type { Actor, Command } from '../src/commands/command.ts'
import type { Audit } from '../src/history/audit.ts'
import { plainLine } from '../src/notification/plain-text.ts'
import { bindWords } from './parse-line.ts'
import { looksLikeKey } from './burned-key.ts'

export type AuditWiring = {
  readonly audit: Audit['record']
  /** Blots out what the desk itself keeps secret. */
  readonly scrub: (text: string) => string
  readonly commands: readonly Command[]
  readonly reportBug: (error: unknown, what: string) => void
}

export type Attempt = {
  readonly action: string
  readonly given: readonly string[] | ReadonlyMap<string, unknown>
  readonly outcome: string
  readonly detail: string
}

/** Where it was tried, and by whose account. */
export type Place = {
  readonly surface: string
  readonly account: { readonly id: string }
  readonly chat: string | undefined
}

export type AuditTrail = (
  place: Place,
  /** Undefined for somebody who is not listed. */
  actor: Actor | undefined,
  attempt: Attempt,
) => Promise<void>

const textMax = 300
const argumentsMax = 20
const burned = '[looked like a key]'

/** Arguments by their names, also where they were typed in a row. */
function named(
  commands: readonly Command[],
  { action, given }: Attempt,
): readonly (readonly [string, unknown])[] {
  if (given instanceof Map) return [...given]
  const words = given as readonly string[]
  const command = commands.find(({ name }) => name === action)
  const bound = command === undefined ? undefined : bindWords(command, words)
  if (bound?.outcome === 'ok') return [...bound.given]
  return words.length === 0 ? [] : [['words', words.join(' ')]]
}

export function createAuditTrail(wiring: AuditWiring): AuditTrail {
  const { audit, scrub, commands, reportBug } = wiring
  const clean = (text: string) =>
    looksLikeKey(text) ? burned : plainLine(scrub(text)).slice(0, textMax)

  return async ({ surface, account, chat }, actor, attempt) => {
    const { action, outcome, detail } = attempt
    const given = named(commands, attempt).slice(0, argumentsMax)
    try {
      await audit({
        surface,
        account: account.id,
        person: actor?.name ?? account.id,
        role: actor?.role ?? 'stranger',
        chat,
        action: clean(action).slice(0, 60),
        arguments: Object.fromEntries(
          given.map(([name, value]) => [clean(name).slice(0, 60), clean(String(value))]),
        ),
        outcome,
        detail: clean(detail),
      })
    } catch (error) {
      // What was done is done: an audit that cannot be written must not stop somebody who stops the desk.
      reportBug(error, `audit of ${action} by ${account.id}`)
    }
  }
}
