// `mandates`: standing yeses. Under one, the desk trades a route by itself for a while, up to a total.
import type { Mandate } from '../approval/mandate.ts'
import { includesRole } from '../approval/role.ts'
import { parseRoute } from '../market/route.ts'
import { estimate } from '../money.ts'
import { numberText } from '../notification/amount-text.ts'
import { badgesOf } from '../notification/labels.ts'
import { routeText } from '../notification/route-text.ts'
import { clockText, durationText, sinceText } from '../notification/time-text.ts'
import { answerApproval } from './answer-approval.ts'
import {
  badUsage,
  defineCommand,
  failed,
  signatureOf,
  type Answer,
  type CommandContext,
} from './command.ts'
import { findById } from './find-by-id.ts'
import { choice, number, optional, text, withDefault } from './option.ts'

const lives = { '15m': 15 * 60_000, '1h': 3_600_000 } as const
type Lives = keyof typeof lives

const offeredTrades = { '15m': 5, '1h': 10 } as const

const mandateJson = (mandate: Mandate) => ({
  id: mandate.id,
  route: mandate.route,
  person: mandate.person,
  cap_usdt: mandate.capUsdt,
  used_usdt: estimate(mandate.usedUsdt),
  given_at: mandate.givenAt.toISOString(),
  expires_at: mandate.expiresAt.toISOString(),
})

async function list({ people, labels, now, actor }: CommandContext): Promise<Answer> {
  const standing = await people.listMandates()
  return {
    title: standing.length === 0 ? 'No mandates' : `${standing.length} mandates`,
    tone: 'neutral',
    badges: badgesOf(labels),
    text:
      standing.length === 0
        ? 'Every trade is asked. "Auto this route" on a card gives a mandate.'
        : 'The desk trades these by itself, within its other limits.',
    tables:
      standing.length === 0
        ? []
        : [
            {
              columns: ['mandate', 'by', 'used', 'of', 'until', 'route'],
              rows: standing.map((mandate) => [
                mandate.id,
                mandate.person,
                `${numberText(mandate.usedUsdt)} USDT`,
                `${numberText(mandate.capUsdt)} USDT`,
                sinceText(mandate.expiresAt, now()),
                routeText(mandate.route),
              ]),
            },
          ],
    actions: standing
      .filter(({ person }) => person === actor.name || includesRole(actor.role, 'operator'))
      .slice(0, 5)
      .map(({ id }) => ({
        label: `Revoke ${id}`,
        command: 'mandates',
        args: { action: 'revoke', mandate: id },
        style: 'danger',
      })),
    json: standing.map(mandateJson),
  }
}

/** How long and how much: two sensible answers, and the line to type for another one. */
function askHowLong(route: string, approval: string | undefined, context: CommandContext): Answer {
  const most = context.settings.current()['trading.notional_usdt_max']
  const choices = (['15m', '1h'] as const).map((forHow) => {
    const total = most * offeredTrades[forHow]
    return {
      label: `${durationText(lives[forHow])}, up to ${numberText(total)} USDT`,
      command: 'mandates',
      args: {
        action: 'add',
        for: forHow,
        total: String(total),
        ...(approval === undefined ? {} : { approval }),
        route,
      },
    }
  })
  return {
    title: `Trade ${routeText(route)} without asking?`,
    tone: 'warning',
    badges: badgesOf(context.labels),
    text: `For how long, and up to which total? Every price check and every limit stays. Another total: mandates add 15m 250 ${route}`,
    menus: [{ placeholder: 'For how long, and how much', choices }],
    json: { done: false, choices: choices.map(({ args }) => args) },
  }
}

async function add(
  route: string,
  forHow: Lives,
  capUsdt: number,
  approval: string | undefined,
  context: CommandContext,
): Promise<Answer> {
  const { people, announce, actor, labels, settings } = context
  const current = await settings.refresh()
  if (current['desk.killed'] || current['desk.paused'])
    return failed('The desk is stopped, so nothing trades; let it go on first')
  const by = signatureOf(actor)
  const livesMs = lives[forHow]
  const mandate = await people.giveMandate({ route, person: actor.name, by, capUsdt, livesMs })
  const until = clockText(mandate.expiresAt)
  await announce({
    kind: 'alert',
    severity: 'P2',
    subject: `Mandate ${mandate.id} for ${routeText(route)}`,
    text: `${by} lets the desk trade it without asking until ${until}, up to ${numberText(capUsdt)} USDT in all.`,
  })
  // The card it was pressed on is meant as well. Where it is over already, the mandate still stands.
  const answered =
    approval === undefined ? undefined : await answerApproval(approval, 'granted', context)
  const isLate = answered !== undefined && !('title' in answered)
  return {
    title: `The desk trades ${routeText(route)} by itself until ${until}`,
    tone: 'good',
    badges: badgesOf(labels),
    text: `Up to ${numberText(capUsdt)} USDT in all.${isLate ? ` This card: ${answered.message}.` : ''}`,
    actions: [
      {
        label: 'Revoke',
        command: 'mandates',
        args: { action: 'revoke', mandate: mandate.id },
        style: 'danger',
      },
    ],
    json: mandateJson(mandate),
  }
}

async function revoke(typed: string, context: CommandContext): Promise<Answer> {
  const { people, announce, actor, labels } = context
  const match = findById(await people.listMandates(), typed)
  if (match.outcome === 'ambiguous')
    return failed(`"${typed}" could be ${match.ids.join(' or ')}; give more of it`)
  if (match.outcome === 'none')
    return failed(`No mandate that still holds is called "${typed}"; "mandates" lists them`)
  if (match.item.person !== actor.name && !includesRole(actor.role, 'operator'))
    return failed(`${match.item.id} is ${match.item.person}'s; it takes an operator to revoke it`)
  const by = signatureOf(actor)
  const revoked = await people.revokeMandate(match.item.id, by)
  if (revoked === undefined) return failed(`${match.item.id} was over already`)
  await announce({
    kind: 'alert',
    severity: 'P2',
    subject: `Mandate ${revoked.id} for ${routeText(revoked.route)}`,
    text: `${by} revoked it; ${numberText(revoked.usedUsdt)} USDT were traded under it.`,
  })
  return {
    title: `Mandate ${revoked.id} is revoked`,
    tone: 'good',
    badges: badgesOf(labels),
    text: `${routeText(revoked.route)} is asked again from now on.`,
    json: mandateJson(revoked),
  }
}

export const mandates = defineCommand({
  name: 'mandates',
  summary: 'Routes that the desk may trade without asking; give or revoke one',
  help: "A mandate is a person's yes to one route for 15 min or 1 h, up to a total in USDT. That person's own limits, every price check and every limit of the desk still hold, and a trade that takes two people is asked all the same. Operators may revoke anybody's.",
  role: 'viewer',
  roleFor: ({ action }) => (action === 'list' ? 'viewer' : 'trader'),
  options: {
    action: withDefault(choice('What to do; left out it lists', ['list', 'add', 'revoke']), 'list'),
    for: optional(choice('How long it holds', ['15m', '1h'])),
    total: optional(number('Up to this much in all, USDT', { min: 1, max: 1e9 })),
    route: optional(text('The route, as on the card', { suggests: 'routes' })),
    mandate: optional(text('The id of the mandate to revoke')),
    approval: optional(text('An open approval to grant with it', { suggests: 'approvals' })),
  },
  positional: ['action', 'for', 'total', 'route'],
  rest: 'route',
  examples: [
    'mandates',
    'mandates add 15m 500 cross ETH/USDT kucoin>binance',
    'mandates revoke --mandate k3f9',
  ],
  async run({ action, for: forHow, total, route, mandate, approval }, context) {
    switch (action) {
      case 'list':
        return list(context)
      case 'add': {
        if (route === undefined) return badUsage('mandates add needs a route, as on the card')
        if (parseRoute(route) === undefined)
          return badUsage(
            `"${route.slice(0, 60)}" is no route; it looks like cross ETH/USDT kucoin>binance`,
          )
        return forHow === undefined || total === undefined
          ? askHowLong(route, approval, context)
          : add(route, forHow, total, approval, context)
      }
      case 'revoke':
        return mandate === undefined
          ? badUsage('mandates revoke needs an id: mandates revoke --mandate k3f9')
          : revoke(mandate, context)
    }
  },
})
