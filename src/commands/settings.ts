// `settings`: look at, search, change and undo the desk's runtime settings.
import {
  defaultSettings,
  isSettingKey,
  settingHelp,
  settingKeys,
  type SettingKey,
} from '../settings/settings.ts'
import { includesRole } from '../approval/role.ts'
import type { SettingChange } from '../settings/settings-store.ts'
import type { CardAction } from '../notification/card.ts'
import { badgesOf } from '../notification/labels.ts'
import { timeText } from '../notification/time-text.ts'
import { changeSetting, isFailure, valueText } from './change-setting.ts'
import { depositJson, paidNothing, payDeclared } from './pay-declared.ts'
import { confirmStep } from './confirm-step.ts'
import { raiseStep } from './raise-step.ts'
import { warningAbout } from './setting-warning.ts'
import { badUsage, defineCommand, failed, type Answer, type CommandContext } from './command.ts'
import { nearest } from './nearest.ts'
import { choice, optional, text } from './option.ts'

const historyMax = 20
/** As many as fit under one message on every chat. */
const editableMax = 5
/** As Discord's forms have it. */
const questionLengthMax = 45
// paper.balances is the longest: six venues with a dozen assets each.
const valueLengthMax = 4000

const noSuchSetting = (typed: string): string => {
  const near = nearest(typed, settingKeys)
  return `There is no setting "${typed.slice(0, 60)}"${near === undefined ? '; "settings" lists them' : `; did you mean ${near}?`}`
}

/** Opens a form with the value as it stands. */
const editAction = (key: SettingKey, value: unknown): CardAction => ({
  label: `Change ${key}`,
  command: 'settings',
  args: { action: 'set', key },
  style: 'plain',
  asks: {
    option: 'value',
    question: `New value of ${key}`.slice(0, questionLengthMax),
    value: valueText(value),
  },
})

function show(search: string, context: CommandContext): Answer {
  const { settings, labels, actor } = context
  const words = search.toLowerCase().split(' ').filter(Boolean)
  const keys = settingKeys.filter((key) => {
    const where = `${key} ${settingHelp(key)}`.toLowerCase()
    return words.every((word) => where.includes(word))
  })
  if (keys.length === 0) return failed(noSuchSetting(search))
  const defaults = defaultSettings(labels.market === 'live' ? 'other' : 'simulator', labels.mode)
  const current = settings.current()
  const shown = (key: SettingKey): string => {
    const value = valueText(current[key])
    if (settings.isOverridden(key)) return `${value} (this run only)`
    const usual = valueText(defaults[key])
    return value === usual ? value : `${value} (default ${usual})`
  }
  const isFew = keys.length <= editableMax
  return {
    title: search === '' ? 'Settings' : `Settings with "${search}"`,
    tone: 'neutral',
    badges: badgesOf(labels),
    text: `Change one with "settings set <name> <value>"${isFew ? ' or a button' : '; "settings <part of a name>" gives buttons'}; "settings history" shows who changed what.`,
    ...(isFew && includesRole(actor.role, 'admin')
      ? {
          // That one has a command of its own, with a typed word.
          actions: keys
            .filter((key) => key !== 'desk.killed')
            .map((key) => editAction(key, current[key])),
        }
      : {}),
    tables: [
      {
        columns: ['setting', 'value', 'meaning'],
        rows: keys.map((key) => [key, shown(key), settingHelp(key)]),
      },
    ],
    json: keys.map((key) => ({
      key,
      value: current[key],
      default: defaults[key],
      this_run_only: settings.isOverridden(key),
      help: settingHelp(key),
    })),
  }
}

/** A name without a value: what it is now, and a form for the new one. */
function askValue(key: string, context: CommandContext): Answer {
  if (!isSettingKey(key)) return badUsage(noSuchSetting(key))
  const value = context.settings.current()[key]
  return {
    title: `${key} is ${valueText(value)}`,
    tone: 'neutral',
    badges: badgesOf(context.labels),
    text: `${settingHelp(key)} Press the button and type the new value, or say: settings set ${key} <value>`,
    actions: [editAction(key, value)],
    json: { key, value, changed: false },
  }
}

const changeJson = ({ key, from, to, by, at }: SettingChange) => ({
  key,
  from,
  to,
  by,
  at: at.toISOString(),
})

/** What --set gave is nobody's lasting wish. */
const ofRun = (key: SettingKey, { settings }: CommandContext): string =>
  settings.isOverridden(key) ? 'It was given with --set, so it ends with this run.' : ''

async function set(
  key: string,
  value: string,
  context: CommandContext,
  confirm?: string,
): Promise<Answer> {
  if (!isSettingKey(key)) return badUsage(noSuchSetting(key))
  const raise = raiseStep(key, value, await context.settings.refresh(), context.labels.mode)
  const waits = raise === undefined ? undefined : await confirmStep(raise, confirm, context)
  if (waits !== undefined) return waits
  // Letting go takes a typed word, and more where the money is real.
  if (key === 'desk.killed')
    return badUsage('"kill" presses the kill switch, "kill release" lets go')
  if (key === 'desk.paused' && context.labels.mode === 'live')
    return badUsage('"pause" and "resume" change it while the money is real')
  const payment = key === 'paper.balances' ? await payDeclared(value, context) : paidNothing
  if ('message' in payment) return payment
  const result = await changeSetting(context, key, value)
  if (isFailure(result)) return result
  if (result.outcome === 'same')
    return {
      title: `${key} is ${valueText(result.value)} already`,
      tone: 'neutral',
      badges: badgesOf(context.labels),
      text: [payment.text || 'Nothing was changed.', ofRun(key, context), settingHelp(key)]
        .filter(Boolean)
        .join(' '),
      json: { key, value: result.value, changed: false },
    }
  const { change } = result
  const warning = await warningAbout(change, context)
  return {
    title: `${change.key} is now ${valueText(change.to)}`,
    tone: warning === undefined ? 'good' : 'warning',
    badges: badgesOf(context.labels),
    text: [
      ...(warning === undefined ? [] : [warning]),
      ...(payment.text === '' ? [] : [payment.text]),
      [
        `It was ${valueText(change.from)}.`,
        settingHelp(change.key),
        ...(change.key === 'execution.gateway' ? [] : ['Every process follows within a second.']),
        ofRun(change.key, context),
        `"settings undo ${change.key}" takes it back.`,
      ]
        .filter(Boolean)
        .join(' '),
    ].join('\n'),
    json: {
      ...changeJson(change),
      changed: true,
      ...(key === 'paper.balances' ? { deposits: payment.deposits.map(depositJson) } : {}),
      ...(warning === undefined ? {} : { warning }),
    },
  }
}

function unchangedText({ settings }: CommandContext): string {
  const given = settingKeys.filter((one) => settings.isOverridden(one))
  return given.length === 0
    ? 'Every setting stands at its default.'
    : `Given with --set for this run: ${given.join(', ')}. Every other setting stands at its default.`
}

async function history(key: string | undefined, context: CommandContext): Promise<Answer> {
  if (key !== undefined && !isSettingKey(key)) return badUsage(noSuchSetting(key))
  const changes = await context.settingsHistory(historyMax, key)
  const about = key === undefined ? '' : ` of ${key}`
  return {
    title: changes.length === 0 ? `No changes${about}` : `Changes${about}, newest first`,
    tone: 'neutral',
    badges: badgesOf(context.labels),
    ...(changes.length === 0 ? { text: unchangedText(context) } : {}),
    tables:
      changes.length === 0
        ? []
        : [
            {
              columns: ['when', 'who', 'setting', 'from', 'to'],
              rows: changes.map((change) => [
                timeText(change.at),
                change.by,
                change.key,
                valueText(change.from),
                valueText(change.to),
              ]),
            },
          ],
    json: changes.map(changeJson),
  }
}

/** It is a change like any other: what raises a limit takes as much as raising it did. */
async function undo(
  key: string | undefined,
  context: CommandContext,
  confirm?: string,
): Promise<Answer> {
  if (key !== undefined && !isSettingKey(key)) return badUsage(noSuchSetting(key))
  const [last] = await context.settingsHistory(1, key)
  if (last === undefined)
    return failed(key === undefined ? 'No setting was changed yet' : `${key} was never changed`)
  return set(last.key, JSON.stringify(last.from), context, confirm)
}

const actions = ['show', 'set', 'history', 'undo'] as const

/** "settings set <name> <value>", and "settings <name> <value>", which can mean nothing else. */
const isChange = (
  action: (typeof actions)[number] | undefined,
  key: string | undefined,
  value: string | undefined,
): boolean =>
  action === 'set' || (action === undefined && value !== undefined && isSettingKey(key ?? ''))

export const settings = defineCommand({
  name: 'settings',
  summary: 'Show, search, change or undo the runtime settings',
  help: 'Alone it shows all; a word searches names and meanings. Changes hold at once in every process, are checked, and are kept with who made them; they need an admin. Loosening the rule of two people takes two, and where the money is real so does raising any limit, or an hour for somebody who is alone. "undo" takes the last change back, of one setting if named.',
  role: 'viewer',
  roleFor: ({ action, key, value }) =>
    isChange(action, key, value) || action === 'undo' ? 'admin' : 'viewer',
  options: {
    action: optional(
      choice('What to do; left out it shows, or sets where a value is given', actions),
    ),
    key: optional(text('A setting, or words to search for', { suggests: 'settings' })),
    value: optional(
      text('The new value, as "0.2", "true", "ask" or JSON', { lengthMax: valueLengthMax }),
    ),
    confirm: optional(text('The words asked for, typed to the letter, to raise a limit')),
  },
  positional: ['action', 'key', 'value'],
  rest: 'value',
  examples: [
    'settings',
    'settings approval',
    'settings set trading.net_percent_min 0.2',
    'settings history',
    'settings undo trading.net_percent_min',
  ],
  async run({ action, key, value, confirm }, context) {
    switch (isChange(action, key, value) ? 'set' : action) {
      case undefined:
      case 'show':
        await context.settings.refresh()
        return show([key, value].filter(Boolean).join(' '), context)
      case 'set':
        if (key === undefined)
          return badUsage(
            'settings set needs a name and a value: settings set trading.net_percent_min 0.2',
          )
        return value === undefined ? askValue(key, context) : set(key, value, context, confirm)
      case 'history':
        return history(key, context)
      case 'undo':
        return undo(key, context, confirm)
    }
  },
})
