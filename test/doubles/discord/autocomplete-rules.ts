// What a bot may suggest while a person types.
import { ApplicationCommandOptionType } from 'discord-api-types/v10'
import { z } from 'zod'
import { filled } from './text-rules.ts'

const suggestionsMax = 25

const choicesOf = (value: z.ZodType<string | number>) =>
  z.looseObject({
    choices: z
      .array(z.looseObject({ name: filled(100), value }))
      .max(suggestionsMax, `must be ${suggestionsMax} or fewer in length`),
  })

/** The rules for suggestions to an option of this type: its values are of that type too. */
export function choicesForm(type: ApplicationCommandOptionType) {
  return choicesOf(type === ApplicationCommandOptionType.String ? filled(100) : z.number())
}
