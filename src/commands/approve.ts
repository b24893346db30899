// `approve`: lets the desk trade one opportunity.
import type { Settings } from '../settings/settings.ts'
import { answerApproval, openApprovalsCard } from './answer-approval.ts'
import { defineCommand, failed } from './command.ts'
import { choice, optional, text, withDefault } from './option.ts'

const shares = { full: 1, half: 0.5, quarter: 0.25 } as const

/** Why nothing trades whoever approves it; the trade itself looks at this again before it is sent. */
function standstill(settings: Settings): string | undefined {
  if (settings['desk.killed'])
    return 'The kill switch is pressed, so nothing trades; "kill release" lets go'
  if (settings['desk.paused'])
    return 'The desk is paused, so nothing trades; "resume" lets it trade again'
  if (settings['approval.mode'] === 'alert')
    return 'approval.mode is alert, so nothing trades; "mode ask" lets people approve again'
  return undefined
}

export const approve = defineCommand({
  name: 'approve',
  summary: 'Let the desk trade an opportunity',
  help: 'Takes an approval id, or its last few characters; without one it lists what is open. The first answer stands. Prices are checked again before anything is sent: the trade goes ahead only while enough of the shown profit is left (approval.tolerance), and never after a pause. Your own limits ("limits") hold, and from approval.two_people_usdt_min on a second person must say yes too. A suspicious gap (approval.suspicious_percent) takes a typed word as well.',
  role: 'trader',
  options: {
    approval: optional(text('The id on the card', { suggests: 'approvals' })),
    size: withDefault(choice('How much of the shown size', ['full', 'half', 'quarter']), 'full'),
    confirm: optional(text('SUSPICIOUS, typed to the letter, where a gap is')),
  },
  positional: ['approval', 'size', 'confirm'],
  examples: ['approve k3f9', 'approve k3f9 half', 'approve'],
  async run({ approval, size, confirm }, context) {
    if (approval === undefined) return openApprovalsCard('granted', context)
    // Read from the database, not from the snapshot: a pause must hold from its first moment.
    const still = standstill(await context.settings.refresh())
    if (still !== undefined) return failed(still)
    return answerApproval(approval, 'granted', context, { size, share: shares[size], confirm })
  },
})
