// `mode`: who decides about an opportunity.
import type { Settings } from '../settings/settings.ts'
import { badgesOf } from '../notification/labels.ts'
import { numberText } from '../notification/amount-text.ts'
import { changeSetting, isFailure } from './change-setting.ts'
import { defineCommand } from './command.ts'
import { choice, optional } from './option.ts'
import type { Role } from '../approval/role.ts'

type Mode = Settings['approval.mode']

/** Giving the desk the right to trade by itself takes more than taking it away. */
function roleFor(mode: Mode | undefined): Role {
  switch (mode) {
    case undefined:
      return 'viewer'
    case 'ask':
    case 'alert':
      return 'operator'
    case 'auto':
      return 'admin'
  }
}

function meaning(mode: Mode, settings: Settings): string {
  switch (mode) {
    case 'ask':
      return 'A person approves each trade.'
    case 'auto':
      return `The desk trades by itself up to ${numberText(Math.min(settings['approval.auto_notional_usdt_max'], settings['trading.notional_usdt_max']))} USDT; what is larger or uncertain is asked.`
    case 'alert':
      return 'Gaps are shown; nothing is traded, and what was asked is closed.'
  }
}

export const mode = defineCommand({
  name: 'mode',
  summary: 'Who decides: ask a person, auto, or alert only',
  help: 'Without a word it shows the mode. ask: a person approves each trade. auto: the desk trades within approval.auto_notional_usdt_max and its other limits. alert: it tells and never trades. Changing needs an operator, auto an admin.',
  role: 'viewer',
  roleFor: ({ mode: wanted }) => roleFor(wanted),
  options: { mode: optional(choice('The mode to change to', ['ask', 'auto', 'alert'])) },
  positional: ['mode'],
  examples: ['mode', 'mode ask'],
  async run({ mode: wanted }, context) {
    const before = (await context.settings.refresh())['approval.mode']
    const changed =
      wanted === undefined || wanted === before
        ? undefined
        : await changeSetting(context, 'approval.mode', wanted, `Approval mode is now ${wanted}`)
    if (changed !== undefined && isFailure(changed)) return changed
    const current = wanted ?? before
    const isChanged = changed?.outcome === 'changed'
    return {
      title:
        wanted === undefined
          ? `Approval mode: ${current}`
          : `Approval mode is ${isChanged ? `now ${current}` : `${current} already`}`,
      tone: 'neutral',
      badges: badgesOf(context.labels),
      text: [
        meaning(current, context.settings.current()),
        ...(context.settings.isOverridden('approval.mode')
          ? ['It was given with --set, so it ends with this run.']
          : []),
      ].join(' '),
      json: { mode: current, before, changed: isChanged },
    }
  },
})
