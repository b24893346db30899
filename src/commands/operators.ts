// `operators`: who may do what. Being in a chat, or an admin of it, gives nobody anything.
import type { ListedOperator, OperatorSurface } from '../approval/operator.ts'
import { roles, type Role } from '../approval/role.ts'
import { badgesOf } from '../notification/labels.ts'
import {
  badUsage,
  defineCommand,
  failed,
  signatureOf,
  type Answer,
  type CommandContext,
} from './command.ts'
import { choice, optional, text, withDefault } from './option.ts'

const accountText = ({ surface, id }: Pick<ListedOperator, 'surface' | 'id'>) => `${surface}:${id}`

function readAccount(typed: string): { surface: OperatorSurface; id: string } | undefined {
  const match = /^(discord|telegram):(\d{1,20})$/.exec(typed.trim().toLowerCase())
  return match === null
    ? undefined
    : { surface: match[1] as OperatorSurface, id: match[2] as string }
}

const operatorJson = ({ surface, id, name, role, from }: ListedOperator) => ({
  account: `${surface}:${id}`,
  person: name,
  role,
  from,
})

const titleOf = (accounts: number): string => {
  if (accounts === 0) return 'Nobody may act from a chat'
  return accounts === 1 ? 'One account may act' : `${accounts} accounts may act`
}

async function show({ people, labels }: CommandContext): Promise<Answer> {
  const listed = await people.listOperators()
  return {
    title: titleOf(listed.length),
    tone: listed.length === 0 ? 'warning' : 'neutral',
    badges: badgesOf(labels),
    text: 'viewer: look. trader: approve, deny, pause, kill. operator: resume, mandates of others, modes. admin: settings and authority. Each role includes those before it.',
    tables:
      listed.length === 0
        ? []
        : [
            {
              columns: ['person', 'account', 'role', 'from'],
              rows: listed.map((each) => [each.name, accountText(each), each.role, each.from]),
            },
          ],
    isPrivate: true,
    json: listed.map(operatorJson),
  }
}

/** Authority changes are never quiet: everybody is told, and whoever loses an admin keeps one. */
async function change(
  typed: string,
  role: Role | undefined,
  person: string | undefined,
  context: CommandContext,
): Promise<Answer> {
  const account = readAccount(typed)
  if (account === undefined)
    return badUsage(
      `"${typed.slice(0, 40)}" is no account; it looks like discord:1234 or telegram:1234`,
    )
  const { people, announce, actor, labels } = context
  const listed = await people.listOperators()
  const before = listed.find(({ surface, id }) => surface === account.surface && id === account.id)
  if (role === undefined && before === undefined) return failed(`${typed} is not listed`)
  const others = listed.filter((each) => each !== before)
  const isLastAdmin =
    before?.role === 'admin' && role !== 'admin' && !others.some((each) => each.role === 'admin')
  if (isLastAdmin && actor.surface !== 'terminal')
    return failed(`${accountText(account)} is the last admin; name another one first`)
  const name = person ?? before?.name ?? accountText(account)
  if (!/^[\w.:-]{1,40}$/.test(name))
    return badUsage(`"${name.slice(0, 40)}" is no name; letters, digits, ".", "-" and "_" make one`)
  const by = signatureOf(actor)
  await people.changeOperator({ ...account, name, role }, by)
  const was = before === undefined ? 'nobody' : `${before.name}, ${before.role}`
  const is = role === undefined ? 'nobody' : `${name}, ${role}`
  const title =
    role === undefined
      ? `${accountText(account)} may not act any more`
      : `${accountText(account)} is ${name}, ${role}`
  await announce({
    kind: 'alert',
    severity: 'P1',
    subject: `Authority changed: ${accountText(account)}`,
    text: `${by} changed ${accountText(account)} from ${was} to ${is}.`,
  })
  return {
    title,
    tone: 'good',
    badges: badgesOf(labels),
    text: `It was ${was}. It holds from the next command and click on.`,
    isPrivate: true,
    json: { account: accountText(account), person: name, role: role ?? null, by },
  }
}

export const operators = defineCommand({
  name: 'operators',
  summary: 'Who may do what; admins change it',
  help: "Without a word it lists everybody. Accounts that share a person's name are one person. A change holds at once and is told to everybody; it wins over ARBDESK_OPERATORS.",
  role: 'operator',
  roleFor: ({ action }) => (action === 'list' ? 'operator' : 'admin'),
  options: {
    action: withDefault(choice('What to do; left out it lists', ['list', 'set', 'remove']), 'list'),
    account: optional(text('An account, as discord:1234 or telegram:1234')),
    role: optional(choice('The role to give', roles)),
    person: optional(text("The person's name, the same on every platform")),
  },
  positional: ['action', 'account', 'role', 'person'],
  examples: [
    'operators',
    'operators set telegram:1234 trader ann',
    'operators remove discord:1234',
  ],
  async run({ action, account, role, person }, context) {
    switch (action) {
      case 'list': {
        // A word that is no action is taken for the account: a typo must not look like a deed.
        const stray = account ?? role ?? person
        return stray === undefined
          ? show(context)
          : badUsage(`operators: "${stray.slice(0, 40)}" is nothing to do; say list, set or remove`)
      }
      case 'set':
        return account === undefined || role === undefined
          ? badUsage(
              'operators set needs an account and a role: operators set discord:1234 trader ann',
            )
          : change(account, role, person, context)
      case 'remove':
        return account === undefined
          ? badUsage('operators remove needs an account: operators remove discord:1234')
          : change(account, undefined, person, context)
    }
  },
})
