// The terminal: notifications as they come, and commands where somebody can type them.
import type { Actor, BareContext, Command, Desk } from '../../src/commands/command.ts'
import { describe } from '../../src/notification/describe.ts'
import type { Notification, Posted } from '../../src/notification/notification.ts'
import type { Outbox } from '../../src/notification/outbox.ts'
import { plainLine } from '../../src/notification/plain-text.ts'
import { clockText } from '../../src/notification/time-text.ts'
import type { Hub } from '../../src/settings/hub.ts'
import { createDispatch, readyCall, type Dispatch, type Reply } from '../dispatch.ts'
import { followOutbox } from '../follow-outbox.ts'
import { wordsOf } from '../parse-line.ts'
import { createAuditTyped } from './audit-typed.ts'
import { completeLine } from './complete-line.ts'
import type { KeepFiles } from './keep-files.ts'
import { createProgress } from './progress.ts'
import { openPrompt } from './prompt.ts'
import { renderCard, renderFollowUp, type Look } from './render-card.ts'
import { openRunSummary } from './run-summary.ts'

export type TerminalInput = NodeJS.ReadableStream & { readonly isTTY?: boolean }
export type TerminalOutput = NodeJS.WritableStream & {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly hasColors?: () => boolean
}

export type TerminalWiring = {
  readonly commands: readonly Command[]
  readonly desk: Desk
  readonly actor: Actor
  readonly outbox: Outbox
  readonly hub: Hub
  readonly readTickerDump: BareContext['readTickerDump']
  readonly keepFiles: KeepFiles
  readonly now: () => Date
  readonly input: TerminalInput
  readonly output: TerminalOutput
  /** One JSON object a line for every notification, and nothing else. */
  readonly json: boolean
  readonly warn: (message: string) => void
  readonly reportBug: (error: unknown, what: string) => void
  /** The person leaves: Ctrl-C, Ctrl-D, "quit", or nobody reads the output any more. */
  readonly leave: () => void
}

// Where nobody says how wide the output is.
const widthOfFiles = 100
// A story older than this many others gets a full card again.
const storiesMax = 1000
const linesWaitingMax = 20
const greeting = 'Type a command; "help" lists them, Tab completes, Ctrl-C stops the desk.'

/** The width may change between two lines. */
const lookOf = ({ output }: TerminalWiring): Look => ({
  // A terminal that does not know its size says 0.
  width: output.columns || widthOfFiles,
  color: output.isTTY === true && (output.hasColors?.() ?? false),
})

/** What was offered before this terminal began is over; what became of trades still matters. */
function stillMatters({ at, notification }: Posted, startedAt: Date, now: Date): boolean {
  switch (notification.kind) {
    case 'opportunity':
      return at >= startedAt
    case 'approval':
      return at >= startedAt || notification.approval.expiresAt > now
    case 'trade':
    case 'alert':
    case 'status':
      return true
  }
}

/** A question that is answered or closed is worth a line, also where it was asked elsewhere. */
const isOver = (notification: Notification): boolean =>
  notification.kind === 'approval' && notification.approval.state !== 'asked'

/** Whoever has to decide reads all of it each time: the costs, and until when. */
const isUrgent = (notification: Notification): boolean =>
  notification.kind === 'alert' && notification.severity === 'P0'

/**
 * Turns each notification into text: a card the first time, then news of the same story. A question that
 * is still open is never told without its gap, even where the gap was offered before.
 */
function createTeller(wiring: TerminalWiring): (posted: Posted) => string | undefined {
  const stories = new Set<string>()
  const heldBack = new Map<string, Posted>()
  const startedAt = wiring.now()

  function textOf(posted: Posted): string {
    const card = describe(posted, wiring.desk.labels)
    if (wiring.json) return JSON.stringify(card.json)
    const known = stories.delete(posted.key)
    stories.add(posted.key)
    if (stories.size > storiesMax) stories.delete(stories.values().next().value as string)
    const isNews = known && !isUrgent(posted.notification)
    const render = isNews || isOver(posted.notification) ? renderFollowUp : renderCard
    return render(card, lookOf(wiring), clockText(posted.at).slice(0, 8))
  }

  return (posted) => {
    const { key, notification } = posted
    if (!stillMatters(posted, startedAt, wiring.now())) {
      if (notification.kind === 'opportunity') heldBack.set(key, posted)
      if (heldBack.size > storiesMax) heldBack.delete(heldBack.keys().next().value as string)
      return undefined
    }
    const before = notification.kind === 'approval' ? heldBack.get(key) : undefined
    heldBack.delete(key)
    return [before, posted]
      .filter((each) => each !== undefined)
      .map(textOf)
      .join('\n')
  }
}

const replyText = (reply: Reply, look: Look): string =>
  reply.outcome === 'answered' ? renderCard(reply.card, look) : `! ${plainLine(reply.message)}`

/** One typed line from words to answer. */
async function answerLine(
  line: string,
  wiring: TerminalWiring,
  dispatch: Dispatch,
  print: (text: string) => void,
): Promise<void> {
  const read = wordsOf(line)
  if (read.outcome !== 'ok') return print(`! ${read.message}`)
  const [command, ...words] = read.words
  if (command === undefined) return
  if (command === 'quit' || command === 'exit') return wiring.leave()
  const progress = createProgress(`Working on ${command}`, (step) => print(`${plainLine(step)} …`))
  const call = { actor: wiring.actor, command, arguments: words, progress: progress.tell }
  const reply = await dispatch(call)
  progress.end()
  print(replyText(reply, lookOf(wiring)))
  const ready = readyCall(wiring.commands, call)
  if (ready.outcome === 'prepared') await createAuditTyped(wiring.desk, wiring)(ready, call, reply)
  // The answer does not wait for its picture.
  if (reply.outcome !== 'answered') return
  for (const kept of await wiring.keepFiles(reply.card, wiring.now())) print(`  ${kept}`)
}

/** Reads commands one after the other. Returns the way to print above them, and to stop. */
function openCommands(wiring: TerminalWiring) {
  const { commands, desk, readTickerDump, now, reportBug, actor } = wiring
  const dispatch = createDispatch({ commands, desk, readTickerDump, now, reportBug })
  let waiting = 0
  let turn: Promise<void> = Promise.resolve()
  const prompt = openPrompt({
    input: wiring.input,
    output: wiring.output,
    leave: wiring.leave,
    complete: (line) => completeLine(line, { actor, now, commands, readTickerDump, ...desk }),
    line(line) {
      if (waiting >= linesWaitingMax) return prompt.print('! Too many lines at once')
      waiting++
      turn = turn
        .then(() => answerLine(line, wiring, dispatch, prompt.print))
        .catch((error: unknown) => reportBug(error, 'terminal'))
        .finally(() => waiting--)
    },
  })
  prompt.print(greeting)
  return prompt
}

/**
 * Runs until the signal, then prints what was posted before it, and the run in short. Commands are read
 * where input and output are a terminal and --json is not given.
 */
export async function runTerminal(wiring: TerminalWiring, signal: AbortSignal): Promise<void> {
  const { input, output, json } = wiring
  const tell = createTeller(wiring)
  const summary = openRunSummary(wiring.desk, wiring.now)
  const interactive = !json && input.isTTY === true && output.isTTY === true
  // Whoever read our output may go away, such as `head`: that is leaving, not an error.
  let gone = false
  const lost = () => {
    if (!gone) wiring.leave()
    gone = true
  }
  output.on('error', lost)
  const commands = interactive ? openCommands(wiring) : undefined

  const write = (text: string): Promise<void> =>
    new Promise((resolve) => {
      if (gone || output.write(`${text}\n`)) resolve()
      else {
        output.once('drain', resolve)
        output.once('error', () => resolve())
        output.once('close', resolve)
      }
    })
  const print = async (text: string): Promise<void> =>
    commands === undefined ? write(text) : commands.print(text)

  try {
    await followOutbox(
      {
        outbox: wiring.outbox,
        hub: wiring.hub,
        surface: 'terminal',
        warn: wiring.warn,
        async deliver(posted) {
          const text = tell(posted)
          if (text !== undefined) await print(text)
          summary.add(posted)
        },
      },
      signal,
    )
    const card = await summary.card()
    await print(json ? JSON.stringify(card.json) : renderCard(card, lookOf(wiring)))
  } finally {
    commands?.close()
    output.off('error', lost)
  }
}
