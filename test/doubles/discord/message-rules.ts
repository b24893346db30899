// The body of a message that a bot sends or edits, by every rule Discord's own description leaves out.
import { MessageFlags } from 'discord-api-types/v10'
import { z } from 'zod'
import { components, layoutFaults } from './component-rules.ts'
import { embeds } from './embed-rules.ts'
import { optionalText, snowflake } from './text-rules.ts'

/** What a person with Nitro may write is twice as long: Discord's description knows only that. */
const contentCharactersMax = 2_000

const attachment = z.looseObject({
  id: z.coerce.string().pipe(snowflake),
  filename: optionalText(1024),
  description: optionalText(1024),
})

const allowedMentions = z
  .looseObject({
    parse: z.array(z.enum(['roles', 'users', 'everyone'])).nullish(),
    users: z.array(snowflake).max(100).nullish(),
    roles: z.array(snowflake).max(100).nullish(),
    replied_user: z.boolean().nullish(),
  })
  .refine(
    ({ parse, users, roles }) =>
      !(parse?.includes('users') && users?.length) && !(parse?.includes('roles') && roles?.length),
    'parse and a list of the same kind exclude each other',
  )

export const messageForm = z
  .looseObject({
    content: optionalText(contentCharactersMax),
    embeds: embeds.nullish(),
    components: components.nullish(),
    flags: z.int().nullish(),
    attachments: z.array(attachment).max(10).nullish(),
    allowed_mentions: allowedMentions.nullish(),
    nonce: z.union([z.int(), z.string().max(25, 'must be 25 or fewer in length')]).nullish(),
    enforce_nonce: z.boolean().nullish(),
    tts: z.boolean().nullish(),
    message_reference: z
      .looseObject({ message_id: snowflake, fail_if_not_exists: z.boolean().nullish() })
      .nullish(),
  })
  .superRefine((form, context) => {
    const isLaidOut = ((form.flags ?? 0) & MessageFlags.IsComponentsV2) !== 0
    for (const message of layoutFaults(form.components, isLaidOut))
      context.addIssue({ code: 'custom', path: ['components'], message })
    if (isLaidOut && (Boolean(form.content) || (form.embeds ?? []).length > 0))
      context.addIssue({ code: 'custom', path: ['content'], message: 'not with IS_COMPONENTS_V2' })
  })

export type MessageForm = z.infer<typeof messageForm>
