// `kill`: no new risk from this moment on. Anybody who may trade may press it; letting go takes more.
import { setTimeout as sleep } from 'node:timers/promises'
import { badgesOf } from '../notification/labels.ts'
import { killAlertSubject } from '../settings/kill-latch.ts'
import { changeSetting, isFailure } from './change-setting.ts'
import {
  badUsage,
  defineCommand,
  failed,
  signatureOf,
  type Answer,
  type CommandContext,
} from './command.ts'
import { confirmStep } from './confirm-step.ts'
import { choice, optional, text, withDefault } from './option.ts'

/** S25: nobody waits longer for the desk to stop. */
const databaseMsMax = 2000

async function pressInDatabase(context: CommandContext): Promise<Answer> {
  const { labels, trades, announce, actor } = context
  const changed = await changeSetting(context, 'desk.killed', 'true', killAlertSubject)
  if (isFailure(changed)) return pressLatch(context, changed.message)
  const isNew = changed.outcome === 'changed'
  if (isNew)
    await announce({
      kind: 'alert',
      severity: 'P0',
      subject: killAlertSubject,
      text: `${signatureOf(actor)} pressed it: nothing new is sent on any venue. Trades under way finish or are unwound.`,
    })
  const { openTrades } = await trades.exposure()
  return {
    title: isNew ? 'The desk is killed' : 'The desk was killed already',
    tone: 'bad',
    badges: badgesOf(labels),
    text: `No new risk is taken, in every process and across restarts, until somebody says "kill release".${openTrades === 0 ? '' : ` ${openTrades} ${openTrades === 1 ? 'trade' : 'trades'} under way ${openTrades === 1 ? 'finishes' : 'finish'} first.`}`,
    json: { killed: true, changed: isNew, open_trades: openTrades },
  }
}

/** The disk takes what the database does not; whoever works there writes it down when it is back. */
function pressLatch({ killLatch, labels, actor }: CommandContext, because: string): Answer {
  killLatch.press(signatureOf(actor))
  return {
    title: 'The desk is killed by its file',
    tone: 'bad',
    badges: badgesOf(labels),
    text: `${because}, so ${killLatch.file} was made: no process of this folder takes new risk, and the others follow once it is written down. Only "kill release" takes it away.`,
    json: { killed: true, changed: true, latch: killLatch.file },
  }
}

async function press(context: CommandContext): Promise<Answer> {
  const timer = new AbortController()
  const late = sleep(databaseMsMax, undefined, { signal: timer.signal }).catch(() => undefined)
  const pressed = pressInDatabase(context).catch(() => undefined)
  const answer = await Promise.race([pressed, late])
  timer.abort()
  return answer ?? pressLatch(context, 'The database does not answer')
}

async function release(typed: string | undefined, context: CommandContext): Promise<Answer> {
  const { settings, labels, killLatch, announce, actor } = context
  const before = await settings.refresh()
  if (!before['desk.killed']) return failed('The kill switch is not pressed')
  const waits = await confirmStep(
    {
      name: 'release kill',
      what: 'release the kill switch',
      phrase: 'RELEASE',
      command: 'kill',
      args: { action: 'release' },
      role: 'operator',
      needsTwo: labels.mode === 'live',
    },
    typed,
    context,
  )
  if (waits !== undefined) return waits
  // First, or whoever looks after the file would press the switch again.
  killLatch.release()
  const subject = 'Kill switch released'
  const changed = await changeSetting(context, 'desk.killed', 'false', subject)
  if (isFailure(changed)) return changed
  const by = signatureOf(actor)
  if (changed.outcome === 'same')
    await announce({ kind: 'status', subject, text: `${by} took its file away.` })
  // What was told of it is over, whether somebody has acknowledged it or not.
  await announce({
    kind: 'alert',
    severity: 'P2',
    subject: killAlertSubject,
    text: `${by} released it.`,
    ends: by,
  })
  return {
    title: 'The kill switch is released',
    tone: 'good',
    badges: badgesOf(labels),
    text: before['desk.paused']
      ? 'The desk is still paused; "resume" ends that.'
      : 'The desk may trade again, within its limits.',
    json: { killed: false, changed: true },
  }
}

export const kill = defineCommand({
  name: 'kill',
  summary: 'Stop all new risk at once; "kill release" lets go',
  help: 'Acts at once, holds in every process and outlives a restart. Trades under way finish or are unwound. Without database or chat, "touch kill" in the folder of ARBDESK_HOME does the same there. Releasing needs an operator and a typed word; with real money a second person too, or a quarter of an hour where there is none.',
  role: 'trader',
  roleFor: ({ action }) => (action === 'release' ? 'operator' : 'trader'),
  urgent: true,
  options: {
    action: withDefault(
      choice('press it (if left out) or release it', ['press', 'release']),
      'press',
    ),
    confirm: optional(text('RELEASE, typed to the letter')),
  },
  positional: ['action', 'confirm'],
  examples: ['kill', 'kill release RELEASE'],
  async run({ action, confirm }, context) {
    // Whatever else follows it in a hurry, it is pressed.
    if (action === 'press' && confirm?.toLowerCase() === 'help')
      return badUsage('"kill" presses the kill switch at once; "help kill" tells about it')
    return action === 'press' ? press(context) : release(confirm, context)
  },
})
