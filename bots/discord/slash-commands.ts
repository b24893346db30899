// The registry as Discord's slash commands.
import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  type APIApplicationCommandBasicOption,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from 'discord.js'
import type { Command } from '../../src/commands/command.ts'
import type { Option } from '../../src/commands/option.ts'
import { fitted } from './markdown.ts'

const descriptionLengthMax = 100
const choicesMax = 25

function optionOf(name: string, option: Option): APIApplicationCommandBasicOption {
  const { type, help, required, choices, suggests } = option
  const common = { name, description: fitted(help, descriptionLengthMax), required }
  switch (type) {
    case 'boolean':
      return { ...common, type: ApplicationCommandOptionType.Boolean }
    case 'integer':
      return { ...common, type: ApplicationCommandOptionType.Integer }
    case 'number':
      return { ...common, type: ApplicationCommandOptionType.Number }
    case 'string': {
      const text = { ...common, type: ApplicationCommandOptionType.String } as const
      if (choices !== undefined && choices.length <= choicesMax)
        return { ...text, choices: choices.map((choice) => ({ name: choice, value: choice })) }
      const isSuggested = choices !== undefined || suggests !== undefined
      return isSuggested ? { ...text, autocomplete: true } : text
    }
  }
}

/**
 * As they are registered: for one server, or for all and for the bot's direct messages. Nobody's right
 * in a server decides who may use one: the desk's own list does.
 */
export const slashCommands = (
  commands: readonly Command[],
  isForOneServer: boolean,
): readonly RESTPostAPIChatInputApplicationCommandsJSONBody[] =>
  commands
    .filter(({ surfaces }) => surfaces.includes('discord'))
    .map(({ name, summary, options }) => ({
      name,
      type: ApplicationCommandType.ChatInput,
      description: fitted(summary, descriptionLengthMax),
      // Discord takes no required option after one that is not.
      options: Object.entries(options)
        .toSorted(([, a], [, b]) => Number(b.required) - Number(a.required))
        .map(([option, about]) => optionOf(option, about)),
      ...(isForOneServer
        ? {}
        : {
            contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
            integration_types: [ApplicationIntegrationType.GuildInstall],
          }),
    }))
