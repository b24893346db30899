// `pause`: no new trade starts until somebody resumes. Outlives a restart.
import { badgesOf } from '../notification/labels.ts'
import { changeSetting } from './change-setting.ts'
import { defineCommand } from './command.ts'

export const pause = defineCommand({
  name: 'pause',
  summary: 'Stop starting trades; open ones finish',
  help: 'Holds in every process at once and outlives a restart. Gaps are still looked for and shown. Anybody who may trade may stop the desk; letting it go on needs more.',
  role: 'trader',
  urgent: true,
  options: {},
  examples: ['pause'],
  async run(_args, context) {
    const { settings, labels, trades } = context
    const before = await settings.refresh()
    const changed = before['desk.paused']
      ? undefined
      : await changeSetting(context, 'desk.paused', 'true', 'Desk paused')
    if (changed !== undefined && changed.outcome !== 'changed') return changed
    const { openTrades } = await trades.exposure()
    return {
      title: changed === undefined ? 'The desk was paused already' : 'The desk is paused',
      tone: 'warning',
      badges: badgesOf(labels),
      text: `No new trade starts until somebody says "resume".${openTrades === 0 ? '' : ` ${openTrades} open ${openTrades === 1 ? 'trade finishes' : 'trades finish'} first.`}`,
      actions: [{ label: 'Resume', command: 'resume', args: {}, style: 'plain' }],
      json: { paused: true, changed: changed !== undefined, open_trades: openTrades },
    }
  },
})
