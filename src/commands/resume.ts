// `resume`: ends a pause.
import { badgesOf } from '../notification/labels.ts'
import { limitsText } from '../notification/limits-text.ts'
import { changeSetting, isFailure } from './change-setting.ts'
import { badUsage, defineCommand } from './command.ts'
import { confirmStep, type GuardedStep } from './confirm-step.ts'
import { obstacleText, readDeskState } from './desk-state.ts'
import { optional, text } from './option.ts'

const goLive: GuardedStep = {
  name: 'resume',
  what: 'let the desk trade with real money',
  phrase: 'GO LIVE',
  command: 'resume',
  args: {},
  role: 'operator',
  needsTwo: true,
}

const titleOf = (isChanged: boolean, isKilled: boolean): string => {
  if (isKilled)
    return isChanged
      ? 'The pause is over, the kill switch is still pressed'
      : 'Trading is killed, not paused'
  return isChanged ? 'The pause is over: trades may start' : 'Trading was not paused'
}

export const resume = defineCommand({
  name: 'resume',
  summary: 'Let the desk start trades again',
  help: 'Ends a pause. What may be traded is still up to the approval mode and the limits in the settings. With real money it takes a typed phrase and a second person, or a quarter of an hour where there is none.',
  role: 'operator',
  options: { confirm: optional(text('GO LIVE, typed to the letter, where the money is real')) },
  positional: ['confirm'],
  rest: 'confirm',
  examples: ['resume'],
  async run({ confirm }, context) {
    const { settings, labels, now } = context
    const before = await settings.refresh()
    if (confirm !== undefined && labels.mode !== 'live')
      return badUsage('resume takes no words where the money is paper')
    // A live desk starts paused: ending that pause is what sends real orders.
    const waits =
      labels.mode === 'live' && before['desk.paused']
        ? await confirmStep(
            { ...goLive, detail: `It trades ${limitsText(before)}.` },
            confirm,
            context,
          )
        : undefined
    if (waits !== undefined) return waits
    const changed = before['desk.paused']
      ? await changeSetting(
          context,
          'desk.paused',
          'false',
          labels.mode === 'live' ? 'LIVE: the desk trades with real money' : 'Desk resumed',
        )
      : undefined
    if (changed !== undefined && isFailure(changed)) return changed
    const isChanged = changed?.outcome === 'changed'
    const isKilled = before['desk.killed']
    const desk = await readDeskState(context)
    const obstacle = obstacleText(desk, now())
    const limits = labels.mode === 'live' ? `It trades ${limitsText(before)}. ` : ''
    const decides = `${limits}Approval mode is ${before['approval.mode']}; "mode" explains it.`
    return {
      title: titleOf(isChanged, isKilled),
      tone: obstacle === undefined && !isKilled ? 'good' : 'warning',
      badges: badgesOf(labels),
      text: [
        ...(isKilled ? ['No trade starts before "kill release".'] : []),
        ...(obstacle === undefined ? [] : [obstacle]),
        decides,
      ].join(' '),
      actions: [{ label: 'Pause', command: 'pause', args: {}, style: 'plain' }],
      json: { paused: false, changed: isChanged },
    }
  },
})
