// `deny`: closes one open approval without a trade.
import { answerApproval, openApprovalsCard } from './answer-approval.ts'
import { defineCommand } from './command.ts'
import { optional, text } from './option.ts'

export const deny = defineCommand({
  name: 'deny',
  summary: 'Refuse an opportunity',
  help: 'Takes an approval id, or its last few characters; without one it lists what is open. The first answer stands: a trade that somebody approved before is not stopped by this.',
  role: 'trader',
  options: { approval: optional(text('The id on the card', { suggests: 'approvals' })) },
  positional: ['approval'],
  examples: ['deny k3f9', 'deny'],
  async run({ approval }, context) {
    if (approval === undefined) return openApprovalsCard('refused', context)
    return answerApproval(approval, 'refused', context)
  },
})
