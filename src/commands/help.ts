// `help`: the list of commands, or one command in full.
import { badUsage, defineBareCommand, type Command } from './command.ts'
import { nearest } from './nearest.ts'
import { optional, text, type Option } from './option.ts'

const optionName = (name: string, { required, type, choices }: Option): string => {
  const value = type === 'boolean' ? '' : ` <${choices === undefined ? type : choices.join('|')}>`
  const typed = `--${name.replaceAll('_', '-')}${value}`
  return required ? typed : `[${typed}]`
}

/** "approve [approval]": by place where that is possible, by name otherwise. */
function usageOf({ name, options, positional }: Command): string {
  const byPlace = positional.map((key) => {
    const option = options[key] as Option
    const shown = option.choices?.join('|') ?? key
    return option.required ? `<${shown}>` : `[${shown}]`
  })
  const byName = Object.entries(options)
    .filter(([key]) => !positional.includes(key))
    .map(([key, option]) => optionName(key, option))
  return [name, ...byPlace, ...byName].join(' ')
}

const summaryJson = ({ name, summary, role }: Command) => ({ name, summary, role })

const fullCard = (command: Command) => ({
  title: usageOf(command),
  tone: 'neutral' as const,
  badges: [],
  text: `${command.summary}.\n${command.help}`,
  fields: [{ name: 'Who may', value: `${command.role} and above` }],
  tables: [
    ...(Object.keys(command.options).length === 0
      ? []
      : [
          {
            columns: ['option', 'takes', 'what it does'],
            rows: Object.entries(command.options).map(([name, { type, choices, help }]) => [
              name,
              choices?.join('|') ?? type,
              help,
            ]),
          },
        ]),
    { columns: ['examples'], rows: command.examples.map((example) => [example]) },
  ],
  json: {
    ...summaryJson(command),
    usage: usageOf(command),
    help: command.help,
    examples: command.examples,
  },
})

export const help = defineBareCommand({
  name: 'help',
  summary: 'What the desk can be told, or one command in full',
  help: 'Without a name it lists every command. With one it shows its options and examples.',
  role: 'viewer',
  options: { command: optional(text('The command to explain', { suggests: 'commands' })) },
  positional: ['command'],
  examples: ['help', 'help approve'],
  async run({ command: wanted }, { commands, actor }) {
    const offered = commands.filter(({ surfaces }) => surfaces.includes(actor.surface))
    if (wanted !== undefined) {
      const name = wanted.toLowerCase().replace(/^\//, '')
      const command = offered.find((known) => known.name === name)
      if (command !== undefined) return fullCard(command)
      const near = nearest(
        name,
        offered.map((known) => known.name),
      )
      return badUsage(
        `There is no command "${name}"${near === undefined ? '; "help" lists them' : `; did you mean ${near}?`}`,
      )
    }
    return {
      title: 'Commands',
      tone: 'neutral',
      badges: [],
      text: '"help <command>" shows options and examples.',
      tables: [
        {
          columns: ['command', 'what it does', 'who may'],
          rows: offered.map(({ name, summary, role }) => [name, summary, role]),
        },
      ],
      json: offered.map(summaryJson),
    }
  },
})
