// `start`: what this desk is, what you may do here, and what to try first.
import type { Role } from '../approval/role.ts'
import type { CardAction } from '../notification/card.ts'
import { badgesOf, type Labels } from '../notification/labels.ts'
import { defineCommand } from './command.ts'
import { obstacleText, readDeskState, venuesUp } from './desk-state.ts'

const rights: Readonly<Record<Role, string>> = {
  viewer: 'You may look at everything that is not private.',
  trader: 'You may look, approve and deny trades, pause the desk and press the kill switch.',
  operator:
    'You may do what traders may, let the desk go on, change how it asks, and read audit and logs.',
  admin: 'You may do everything, settings and who else may act included.',
}

const firstCommands: Readonly<Record<Role, readonly string[]>> = {
  viewer: ['status', 'opportunities', 'profit'],
  trader: ['approve', 'status', 'opportunities'],
  operator: ['status', 'health', 'approve'],
  admin: ['status', 'operators', 'settings'],
}

const moneyText: Readonly<Record<Labels['mode'], string>> = {
  paper: 'It trades on paper: no order leaves this desk',
  live: 'It trades REAL MONEY',
}

const marketText: Readonly<Record<Labels['market'], string>> = {
  live: 'on the prices of the venues themselves.',
  replay: 'on recorded prices.',
  simulator: 'on a simulated market whose gaps are planted.',
  venues: 'on venue servers that are not the venues themselves.',
}

export const start = defineCommand({
  name: 'start',
  summary: 'What this desk is, what you may do here, and what to try first',
  help: 'The same as a first word with somebody new; "help" lists every command, and "help <command>" tells one in full.',
  role: 'viewer',
  options: {},
  examples: ['start'],
  async run(_args, context) {
    const { actor, labels, commands } = context
    const desk = await readDeskState(context)
    const obstacle = obstacleText(desk, context.now())
    const tries = firstCommands[actor.role].flatMap((name) =>
      commands.filter((command) => command.name === name),
    )
    const actions = tries.map(({ name }): CardAction => ({
      label: name,
      command: name,
      args: {},
      style: 'plain',
    }))
    return {
      title: 'Arbdesk: an arbitrage desk in your chat',
      tone: obstacle === undefined ? 'good' : 'warning',
      badges: badgesOf(labels),
      text: [
        `It watches ${desk.venues.length === 0 ? 'many' : desk.venues.length} venues for price gaps that survive fees, depth and rounding, asks a person, trades every leg and shows what came of it.`,
        `${moneyText[labels.mode]}, ${marketText[labels.market]}`,
        ...(obstacle === undefined ? [] : [obstacle]),
      ].join('\n'),
      fields: [{ name: `You are ${actor.name}, ${actor.role}`, value: rights[actor.role] }],
      tables: [
        {
          columns: ['try', 'it shows'],
          rows: [
            ...tries.map(({ name, summary }) => [name, summary]),
            ['help', 'What the desk can be told'],
          ],
        },
      ],
      actions,
      json: {
        you: { name: actor.name, role: actor.role },
        may: rights[actor.role],
        try: tries.map(({ name }) => name),
        state: desk.state,
        venues: { up: venuesUp(desk).length, all: desk.venues.length },
        mode: labels.mode,
        market: labels.market,
      },
    }
  },
})
