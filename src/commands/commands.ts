// `commands`: the registry itself, for scripts and for checks that every surface offers the same list.
import { defineBareCommand, type Command } from './command.ts'

const commandJson = ({ name, summary, role, options, surfaces, needsDesk }: Command) => ({
  name,
  summary,
  role,
  options: Object.entries(options).map(([option, { type, help, required, choices, suggests }]) => ({
    name: option,
    type,
    help,
    required,
    ...(choices === undefined ? {} : { choices }),
    ...(suggests === undefined ? {} : { suggests }),
  })),
  surfaces,
  needs_desk: needsDesk,
})

export const commands = defineBareCommand({
  name: 'commands',
  summary: 'Every command with its options, role and surfaces',
  help: 'With --json it prints the registry that every surface is built from.',
  role: 'viewer',
  options: {},
  examples: ['commands', 'commands --json'],
  async run(_args, { commands: all }) {
    return {
      title: `${all.length} commands`,
      tone: 'neutral',
      badges: [],
      tables: [
        {
          columns: ['command', 'role', 'options', 'surfaces'],
          rows: all.map(({ name, role, options, surfaces }) => [
            name,
            role,
            Object.keys(options).join(', '),
            surfaces.join(', '),
          ]),
        },
      ],
      json: all.map(commandJson),
    }
  },
})
