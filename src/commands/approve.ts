// `approve`: lets the desk trade one opportunity.
import { answerApproval, openApprovalsCard } from './answer-approval.ts'
import { defineCommand, failed } from './command.ts'
import { optional, text } from './option.ts'

export const approve = defineCommand({
  name: 'approve',
  summary: 'Let the desk trade an opportunity',
  help: 'Takes an approval id, or its last few characters; without one it lists what is open. The first answer stands. Prices are checked again before anything is sent: the trade goes ahead only while enough of the shown profit is left (approval.tolerance).',
  role: 'trader',
  options: { approval: optional(text('The id on the card', { suggests: 'approvals' })) },
  positional: ['approval'],
  examples: ['approve k3f9', 'approve'],
  async run({ approval }, context) {
    if (approval === undefined) return openApprovalsCard('granted', context)
    // Read from the database, not from the snapshot: a pause must hold from its first moment.
    const { 'desk.paused': paused } = await context.settings.refresh()
    if (paused) return failed('The desk is paused, so nothing trades; "resume" lets it trade again')
    return answerApproval(approval, 'granted', context)
  },
})
