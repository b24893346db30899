// One command from a shell: `npm run -s arbdesk -- <command> [--option value …] [--json]`.
import type { Writable } from 'node:stream'
import type { Actor, BareContext, Command, Desk } from '../../src/commands/command.ts'
import { ConfigError } from '../../src/config.ts'
import { plainLine } from '../../src/notification/plain-text.ts'
import { readyCall, runCall, type Call, type Reply } from '../dispatch.ts'
import { createAuditTyped } from './audit-typed.ts'
import type { KeepFiles } from './keep-files.ts'
import { createProgress } from './progress.ts'
import { renderCard, type Look } from './render-card.ts'

export type OpenedDesk = { readonly desk: Desk; readonly close: () => Promise<void> }

export type OneShotWiring = {
  readonly commands: readonly Command[]
  readonly actor: Actor
  readonly output: Writable
  readonly errors: Writable
  readonly look: Look
  readonly now: () => Date
  readonly readTickerDump: BareContext['readTickerDump']
  /** Not asked with --json, whose document has everything. */
  readonly keepFiles: KeepFiles
  /** Joins the running desk's database, or starts it for this one command. Throws one clear line. */
  readonly openDesk: (progress: (line: string) => void) => Promise<OpenedDesk>
}

/** 0: done. 1: it could not be done. 2: the line was wrong. */
export type ExitCode = 0 | 1 | 2

function exitCodeOf(outcome: Reply['outcome']): ExitCode {
  switch (outcome) {
    case 'answered':
      return 0
    case 'bad-usage':
      return 2
    case 'failed':
    case 'forbidden':
    case 'busy':
    case 'bug':
      return 1
  }
}

/** Takes --json and --help out; they go with every command. */
function readFlags(argv: readonly string[]) {
  const end = argv.indexOf('--')
  const flags = end === -1 ? argv : argv.slice(0, end)
  const words = [
    ...flags.filter((word) => word !== '--json' && word !== '--help'),
    ...argv.slice(flags.length),
  ]
  const json = flags.includes('--json')
  const wantsHelp = flags.includes('--help')
  const [command = 'help', ...rest] = words
  return wantsHelp && command !== 'help'
    ? { json, command: 'help', words: [command] }
    : { json, command, words: rest }
}

/** Starts the desk only for a command that needs it, and only after the line was found to be right. */
async function replyTo(
  call: Call,
  wiring: OneShotWiring,
  tell: (line: string) => void,
): Promise<Reply> {
  const { commands, readTickerDump, now, errors, openDesk } = wiring
  const ready = readyCall(commands, call)
  if (ready.outcome !== 'prepared') return ready
  const bare = {
    commands,
    readTickerDump,
    now,
    reportBug: (error: unknown) =>
      void errors.write(`${error instanceof Error ? error.stack : String(error)}\n`),
  }
  if (!ready.command.needsDesk) return runCall(ready, call, { ...bare, desk: undefined })
  const { desk, close } = await openDesk(tell)
  try {
    const reply = await runCall(ready, call, { ...bare, desk })
    await createAuditTyped(desk, bare)(ready, call, reply)
    return reply
  } finally {
    await close()
  }
}

const oneLine = (error: unknown): string =>
  plainLine(error instanceof Error ? error.message : String(error))

/**
 * Prints the answer and returns the exit code. The signal ends what is being started.
 *
 * @throws ConfigError, whose faults have a line each.
 */
export async function runOneShot(
  argv: readonly string[],
  wiring: OneShotWiring,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { output, errors, look } = wiring
  const { json, command, words } = readFlags(argv)
  const progress = createProgress(
    `Working on ${command}`,
    (line) => void errors.write(`${plainLine(line)} …\n`),
  )
  const call: Call = {
    actor: wiring.actor,
    command,
    arguments: words,
    progress: progress.tell,
  }
  try {
    const reply = await replyTo(call, wiring, progress.tell)
    if (reply.outcome !== 'answered') errors.write(`${plainLine(reply.message)}\n`)
    else if (json) output.write(`${JSON.stringify(reply.card.json)}\n`)
    else {
      output.write(`${renderCard(reply.card, look)}\n`)
      for (const kept of await wiring.keepFiles(reply.card, wiring.now()))
        output.write(`  ${kept}\n`)
    }
    return exitCodeOf(reply.outcome)
  } catch (error) {
    if (error instanceof ConfigError) throw error
    errors.write(signal.aborted ? 'interrupted\n' : `${oneLine(error)}\n`)
    return 1
  } finally {
    progress.end()
  }
}
