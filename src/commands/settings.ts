// `settings`: look at, search, change and undo the desk's runtime settings.
import {
  defaultSettings,
  isSettingKey,
  settingHelp,
  settingKeys,
  type SettingKey,
} from '../settings/settings.ts'
import type { SettingChange } from '../settings/settings-store.ts'
import { badgesOf } from '../notification/labels.ts'
import { timeText } from '../notification/time-text.ts'
import { changeSetting, valueText } from './change-setting.ts'
import { badUsage, defineCommand, failed, type Answer, type CommandContext } from './command.ts'
import { nearest } from './nearest.ts'
import { choice, optional, text, withDefault } from './option.ts'

const historyMax = 20
// paper.balances is the longest: six venues with a dozen assets each.
const valueLengthMax = 4000

const noSuchSetting = (typed: string): string => {
  const near = nearest(typed, settingKeys)
  return `There is no setting "${typed.slice(0, 60)}"${near === undefined ? '; "settings" lists them' : `; did you mean ${near}?`}`
}

function show(search: string, context: CommandContext): Answer {
  const { settings, labels } = context
  const words = search.toLowerCase().split(' ').filter(Boolean)
  const keys = settingKeys.filter((key) => {
    const where = `${key} ${settingHelp(key)}`.toLowerCase()
    return words.every((word) => where.includes(word))
  })
  if (keys.length === 0) return failed(noSuchSetting(search))
  const defaults = defaultSettings(labels.market === 'simulator' ? 'simulator' : 'other')
  const current = settings.current()
  const shown = (key: SettingKey): string => {
    const value = valueText(current[key])
    if (settings.overridden.has(key)) return `${value} (this run only)`
    const usual = valueText(defaults[key])
    return value === usual ? value : `${value} (default ${usual})`
  }
  return {
    title: search === '' ? 'Settings' : `Settings with "${search}"`,
    tone: 'neutral',
    badges: badgesOf(labels),
    text: 'Change one with "settings set <name> <value>"; "settings history" shows who changed what.',
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
      this_run_only: settings.overridden.has(key),
      help: settingHelp(key),
    })),
  }
}

const changeJson = ({ key, from, to, by, at }: SettingChange) => ({
  key,
  from,
  to,
  by,
  at: at.toISOString(),
})

async function set(key: string, value: string, context: CommandContext): Promise<Answer> {
  if (!isSettingKey(key)) return badUsage(noSuchSetting(key))
  const result = await changeSetting(context, key, value)
  if (result.outcome !== 'changed') return result
  const { change } = result
  return {
    title: `${change.key} is now ${valueText(change.to)}`,
    tone: 'good',
    badges: badgesOf(context.labels),
    text: `It was ${valueText(change.from)}. ${settingHelp(change.key)} Every process follows within a second; "settings undo ${change.key}" takes it back.`,
    json: changeJson(change),
  }
}

async function history(key: string | undefined, context: CommandContext): Promise<Answer> {
  if (key !== undefined && !isSettingKey(key)) return badUsage(noSuchSetting(key))
  const changes = await context.settingsHistory(historyMax, key)
  const about = key === undefined ? '' : ` of ${key}`
  return {
    title: changes.length === 0 ? `No changes${about}` : `Changes${about}, newest first`,
    tone: 'neutral',
    badges: badgesOf(context.labels),
    ...(changes.length === 0 ? { text: 'Every setting stands at its default.' } : {}),
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

async function undo(key: string | undefined, context: CommandContext): Promise<Answer> {
  if (key !== undefined && !isSettingKey(key)) return badUsage(noSuchSetting(key))
  const [last] = await context.settingsHistory(1, key)
  if (last === undefined)
    return failed(key === undefined ? 'No setting was changed yet' : `${key} was never changed`)
  return set(last.key, JSON.stringify(last.from), context)
}

export const settings = defineCommand({
  name: 'settings',
  summary: 'Show, search, change or undo the runtime settings',
  help: 'Alone it shows all; a word searches names and meanings. Changes hold at once in every process, are checked, and are kept with who made them; they need an admin. "undo" takes the last change back, of one setting if named.',
  role: 'viewer',
  roleFor: ({ action }) => (action === 'set' || action === 'undo' ? 'admin' : 'viewer'),
  options: {
    action: withDefault(
      choice('What to do; left out it shows', ['show', 'set', 'history', 'undo']),
      'show',
    ),
    key: optional(text('A setting, or words to search for', { suggests: 'settings' })),
    value: optional(
      text('The new value, as "0.2", "true", "ask" or JSON', { lengthMax: valueLengthMax }),
    ),
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
  async run({ action, key, value }, context) {
    if (action === 'show' && value !== undefined && isSettingKey(key ?? ''))
      return badUsage(`To change it, type "settings set ${key} ${value}"`)
    switch (action) {
      case 'show':
        await context.settings.refresh()
        return show([key, value].filter(Boolean).join(' '), context)
      case 'set':
        return key === undefined || value === undefined
          ? badUsage(
              'settings set needs a name and a value: settings set trading.net_percent_min 0.2',
            )
          : set(key, value, context)
      case 'history':
        return history(key, context)
      case 'undo':
        return undo(key, context)
    }
  },
})
