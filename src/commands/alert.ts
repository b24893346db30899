// `alert`: tell me when a gap stands where I want it.
import { includesRole } from '../approval/role.ts'
import {
  readWanted,
  rulesMax,
  rulesOfPersonMax,
  ruleText,
  type AlertRule,
} from '../notification/alert-rule.ts'
import { chatName, isWithin, type Chat } from '../notification/chat.ts'
import { badgesOf } from '../notification/labels.ts'
import { sinceText } from '../notification/time-text.ts'
import {
  badUsage,
  defineCommand,
  failed,
  signatureOf,
  type Answer,
  type CommandContext,
} from './command.ts'
import { ambiguousText, findById } from './find-by-id.ts'
import { choice, optional, text, withDefault } from './option.ts'

const buttonsMax = 5
const example = 'alert add cross */USDT *>binance above 0.5 for 10s'

const ruleJson = (rule: AlertRule) => ({
  id: rule.id,
  rule: ruleText(rule),
  pattern: rule.pattern,
  percent: rule.percent,
  seconds: rule.standsMs / 1000,
  person: rule.person,
  chat: rule.to === undefined ? null : chatName(rule.to),
  made_at: rule.madeAt.toISOString(),
})

const removeButton = ({ id }: AlertRule) =>
  ({
    label: `Remove ${id}`,
    command: 'alert',
    args: { action: 'remove', rule: id },
    style: 'danger',
  }) as const

const mayRemove = ({ person }: AlertRule, { actor }: CommandContext): boolean =>
  person === actor.name || includesRole(actor.role, 'operator')

const placeText = (to: Chat | undefined): string => (to === undefined ? 'everywhere' : chatName(to))

async function list(context: CommandContext): Promise<Answer> {
  const { alertRules, labels, now } = context
  const rules = await alertRules.list()
  return {
    title:
      rules.length === 0
        ? 'No alerts'
        : `${rules.length} ${rules.length === 1 ? 'alert' : 'alerts'}`,
    tone: 'neutral',
    badges: badgesOf(labels),
    text:
      rules.length === 0
        ? `"${example}" tells this chat when such a gap stands.`
        : 'Each tells its chat once for as long as a gap stands.',
    tables:
      rules.length === 0
        ? []
        : [
            {
              columns: ['alert', 'rule', 'by', 'told in', 'made'],
              rows: rules.map((rule) => [
                rule.id,
                ruleText(rule),
                rule.person,
                placeText(rule.to),
                sinceText(rule.madeAt, now()),
              ]),
            },
          ],
    actions: rules
      .filter((rule) => mayRemove(rule, context))
      .slice(0, buttonsMax)
      .map(removeButton),
    json: rules.map(ruleJson),
  }
}

/** Where the rule is told: undefined from the terminal. A private chat that was told nothing is told this. */
async function placeOf({ actor, chats }: CommandContext): Promise<Chat | undefined> {
  const { surface, chat, account, isPrivate } = actor
  if (surface === 'terminal' || chat === undefined) return undefined
  const known = (await chats.list(surface)).filter((each) => isWithin(each.chat, chat))
  const here = known.find((each) => each.chat === chat) ?? known[0]
  if (here !== undefined) return { surface, chat: here.chat }
  const place = { surface, chat }
  if (isPrivate === true)
    await chats.change(
      place,
      signatureOf(actor),
      (preferences) => ({
        ...preferences,
        levels: {
          opportunity: 'off',
          approval: 'off',
          trade: 'off',
          p1: 'off',
          p2: 'off',
          status: 'off',
        },
      }),
      account,
    )
  return place
}

async function add(typed: string, context: CommandContext): Promise<Answer> {
  const { alertRules, actor, labels, announce } = context
  const wanted = readWanted(typed)
  if (typeof wanted === 'string') return badUsage(`alert add: ${wanted}`)
  const by = signatureOf(actor)
  const to = await placeOf(context)
  const rule = await alertRules.add({ ...wanted, person: actor.name, by, to })
  if (rule === undefined)
    return failed(
      `There may be ${rulesOfPersonMax} alerts a person and ${rulesMax} in all; "alert remove" makes room`,
    )
  await announce({
    kind: 'status',
    subject: `Alert ${rule.id}`,
    text: `${by} wants to be told in ${placeText(to)} of ${ruleText(rule)}.`,
  })
  return {
    title: `Alert ${rule.id}: ${ruleText(rule)}`,
    tone: 'good',
    badges: badgesOf(labels),
    text: `Told ${to === undefined ? 'in every chat' : `in ${chatName(to)} alone`}, once for as long as a gap stands. Every sweep looks.`,
    actions: [removeButton(rule)],
    json: ruleJson(rule),
  }
}

async function remove(typed: string, context: CommandContext): Promise<Answer> {
  const { alertRules, actor, labels, announce } = context
  const match = findById(await alertRules.list(), typed)
  if (match.outcome === 'ambiguous') return failed(ambiguousText(typed, match, 'alerts'))
  if (match.outcome === 'none')
    return failed(`No alert is called "${typed.slice(0, 40)}"; "alert" lists them`)
  if (!mayRemove(match.item, context))
    return failed(`${match.item.id} is ${match.item.person}'s; it takes an operator to remove it`)
  const by = signatureOf(actor)
  const removed = await alertRules.remove(match.item.id, by)
  if (removed === undefined) return failed(`${match.item.id} was removed already`)
  await announce({
    kind: 'status',
    subject: `Alert ${removed.id}`,
    text: `${by} removed it: ${ruleText(removed)}.`,
  })
  return {
    title: `Alert ${removed.id} is removed`,
    tone: 'good',
    badges: badgesOf(labels),
    text: `Nobody is told of ${ruleText(removed)} any more.`,
    json: { ...ruleJson(removed), removed: true },
  }
}

export const alert = defineCommand({
  name: 'alert',
  summary: 'Be told when a gap stands above a percentage for a time',
  help: `A rule names a route or a symbol, with * for anything, a net percentage at the best prices, and how long a gap must have stood there: "${example}". It tells the chat it was made in, once for as long as the gap stands; from the terminal every chat. Operators may remove anybody's.`,
  role: 'trader',
  options: {
    action: withDefault(choice('What to do; left out it lists', ['list', 'add', 'remove']), 'list'),
    rule: optional(
      text('Such as: BTC/USDT above 0.5 for 10s; to remove one, its id', { suggests: 'routes' }),
    ),
  },
  positional: ['action', 'rule'],
  rest: 'rule',
  examples: ['alert', 'alert add BTC/USDT above 0.5', example, 'alert remove k3f9'],
  async run({ action, rule }, context) {
    switch (action) {
      case 'list':
        return list(context)
      case 'add':
        return rule === undefined
          ? badUsage(`alert add needs a rule: ${example}`)
          : add(rule, context)
      case 'remove':
        return rule === undefined
          ? badUsage('alert remove needs an id: alert remove k3f9')
          : remove(rule, context)
    }
  },
})
