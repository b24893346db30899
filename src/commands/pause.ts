// `pause`: no new trade starts until somebody resumes. Outlives a restart.
import { badgesOf } from '../notification/labels.ts'
import { changeSetting, isFailure } from './change-setting.ts'
import { defineCommand } from './command.ts'
import { obstacleText, readDeskState } from './desk-state.ts'

export const pause = defineCommand({
  name: 'pause',
  summary: 'Stop starting trades; open ones finish',
  help: 'Holds in every process at once and outlives a restart. Gaps are still looked for and shown. What was approved a moment before and not sent yet is not traded, and says so; an open question waits, and cannot be approved until somebody resumes. Anybody who may trade may stop the desk; letting it go on needs more.',
  role: 'trader',
  urgent: true,
  options: {},
  examples: ['pause'],
  async run(_args, context) {
    const { settings, labels, trades, now } = context
    const before = await settings.refresh()
    const changed = before['desk.paused']
      ? undefined
      : await changeSetting(context, 'desk.paused', 'true', 'Desk paused')
    if (changed !== undefined && isFailure(changed)) return changed
    const isChanged = changed?.outcome === 'changed'
    const [{ openTrades }, desk] = await Promise.all([trades.exposure(), readDeskState(context)])
    const open =
      openTrades === 0
        ? ''
        : ` ${openTrades} open ${openTrades === 1 ? 'trade finishes' : 'trades finish'} first.`
    const text = `No new trade starts until somebody says "resume".`
    return {
      title: isChanged ? 'Trading is paused' : 'Trading was paused already',
      tone: 'warning',
      badges: badgesOf(labels),
      text: desk.state === 'stopped' ? `${text} ${obstacleText(desk, now())}` : `${text}${open}`,
      actions: [{ label: 'Resume', command: 'resume', args: {}, style: 'plain' }],
      json: { paused: true, changed: isChanged, open_trades: openTrades },
    }
  },
})
