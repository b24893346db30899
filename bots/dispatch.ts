// Every surface's way to the commands: find it, check who asks, read the arguments, run it, answer.
import {
  badUsage,
  signatureOf,
  type Actor,
  type Answer,
  type BareContext,
  type Command,
  type Desk,
  type Failure,
  type Prepared,
  type Run,
} from '../src/commands/command.ts'
import { nearest } from '../src/commands/nearest.ts'
import { includesRole } from '../src/approval/role.ts'
import type { Card } from '../src/notification/card.ts'
import { badgesOf } from '../src/notification/labels.ts'
import { plainLine } from '../src/notification/plain-text.ts'
import { bindWords } from './parse-line.ts'
import { createTokenBuckets } from './token-bucket.ts'

export type Call = {
  readonly actor: Actor
  readonly command: string
  /** Typed words in order, or arguments that the platform has named already. */
  readonly arguments: readonly string[] | ReadonlyMap<string, unknown>
  /** Told how far a long command is, one line at a time. */
  readonly progress?: (line: string) => void
}

/** One card, or one line: 'forbidden' for want of a role, 'busy' for too many, 'bug' was logged. */
export type Reply =
  | { readonly outcome: 'answered'; readonly card: Card }
  | {
      readonly outcome: Failure['outcome'] | 'forbidden' | 'busy' | 'bug'
      readonly message: string
    }

export type ReadyCall = Extract<Prepared, { outcome: 'prepared' }> & { readonly command: Command }

export type DispatchWiring = {
  readonly commands: readonly Command[]
  /** Absent where only commands that need none are run. */
  readonly desk: Desk | undefined
  readonly readTickerDump: BareContext['readTickerDump']
  readonly now: () => Date
  /** An error of ours, to be logged with its stack. */
  readonly reportBug: (error: unknown, what: string) => void
}

export type Dispatch = (call: Call) => Promise<Reply>

// A person types a few commands in a row; a script that polls is held to one a second.
const burst = 15
const refillMs = 1000

/** Finds the command and reads its arguments, without running anything. */
export function readyCall(commands: readonly Command[], call: Call): ReadyCall | Reply {
  const { actor } = call
  const offered = commands.filter(({ surfaces }) => surfaces.includes(actor.surface))
  const typed = call.command.toLowerCase().replace(/^\//, '')
  const command = offered.find(({ name }) => name === typed)
  if (command === undefined) {
    const near = nearest(
      typed,
      offered.map(({ name }) => name),
    )
    const advice = near === undefined ? '"help" lists them' : `did you mean ${near}?`
    return badUsage(`There is no command "${plainLine(typed).slice(0, 40)}"; ${advice}`)
  }
  // Before the arguments are looked at: a stranger learns nothing from how they are wrong.
  if (!includesRole(actor.role, command.role)) return forbidden(actor, command.name, command.role)
  const bound =
    call.arguments instanceof Map
      ? { outcome: 'ok' as const, given: call.arguments }
      : bindWords(command, call.arguments as readonly string[])
  if (bound.outcome !== 'ok') return bound
  const prepared = command.prepare(bound.given)
  if (prepared.outcome !== 'prepared') return prepared
  if (!includesRole(actor.role, prepared.role))
    return forbidden(actor, `this use of ${command.name}`, prepared.role)
  return { ...prepared, command }
}

const forbidden = (actor: Actor, what: string, role: string): Reply => ({
  outcome: 'forbidden',
  message: `${what} is for ${role}s and above; ${actor.name} is ${actor.role}`,
})

async function answerOf(run: Run, progress: (line: string) => void): Promise<Answer> {
  if (!(Symbol.asyncIterator in run)) return run
  for (;;) {
    const step = await run.next()
    if (step.done === true) return step.value
    progress(step.value)
  }
}

const isCard = (answer: Answer): answer is Card => 'title' in answer

/** Errors with a code come from the network, the disk or a server; others are ours. */
const isOutside = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'

// An address can carry a password.
const address = /\b[a-z][a-z0-9+.-]*:\/\/\S+/gi
const reasonOf = (error: Error): string => {
  const first = plainLine(error.message.split('\n')[0] ?? '').replaceAll(address, '(address)')
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return (first === '' ? code : first).slice(0, 200)
}

function replyToError(error: unknown, name: string, wiring: DispatchWiring): Reply {
  if (isOutside(error))
    return { outcome: 'failed', message: `${name} could not be done: ${reasonOf(error)}` }
  wiring.reportBug(error, `command ${name}`)
  return { outcome: 'bug', message: `${name} failed on a fault of the desk; the log has it` }
}

/** Runs what readyCall() found. Never throws. */
export async function runCall(
  ready: ReadyCall,
  call: Call,
  wiring: DispatchWiring,
): Promise<Reply> {
  const { commands, desk, readTickerDump, now } = wiring
  const bare: BareContext = { actor: call.actor, now, commands, readTickerDump }
  try {
    const run = ready.run({ bare, desk })
    const answer = await answerOf(run, call.progress ?? (() => {}))
    if (!isCard(answer)) return answer
    const badges =
      answer.badges.length > 0 || desk === undefined ? answer.badges : badgesOf(desk.labels)
    return { outcome: 'answered', card: { ...answer, badges } }
  } catch (error) {
    return replyToError(error, ready.command.name, wiring)
  }
}

/** One dispatch a surface process: it holds the buckets that keep one person from flooding the desk. */
export function createDispatch(wiring: DispatchWiring): Dispatch {
  const buckets = createTokenBuckets({ burst, refillMs, nowMs: () => wiring.now().getTime() })
  return async (call) => {
    const ready = readyCall(wiring.commands, call)
    const isUrgent = ready.outcome === 'prepared' && ready.command.urgent
    const waitMs = isUrgent ? 0 : buckets.take(signatureOf(call.actor))
    if (waitMs > 0)
      return {
        outcome: 'busy',
        message: `Too many commands at once; wait ${Math.ceil(waitMs / 1000)} s`,
      }
    return ready.outcome === 'prepared' ? runCall(ready, call, wiring) : ready
  }
}
