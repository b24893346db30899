// `resume`: ends a pause.
import { badgesOf } from '../notification/labels.ts'
import { changeSetting } from './change-setting.ts'
import { defineCommand } from './command.ts'

export const resume = defineCommand({
  name: 'resume',
  summary: 'Let the desk start trades again',
  help: 'Ends a pause. What may be traded is still up to the approval mode and the limits in the settings.',
  role: 'operator',
  options: {},
  examples: ['resume'],
  async run(_args, context) {
    const { settings, labels } = context
    const before = await settings.refresh()
    const changed = before['desk.paused']
      ? await changeSetting(context, 'desk.paused', 'false', 'Desk resumed')
      : undefined
    if (changed !== undefined && changed.outcome !== 'changed') return changed
    return {
      title: changed === undefined ? 'The desk was not paused' : 'The desk runs again',
      tone: 'good',
      badges: badgesOf(labels),
      text: `Approval mode is ${before['approval.mode']}; "mode" explains it.`,
      actions: [{ label: 'Pause', command: 'pause', args: {}, style: 'plain' }],
      json: { paused: false, changed: changed !== undefined },
    }
  },
})
