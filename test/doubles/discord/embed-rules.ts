// What one embed may hold, and all embeds of a message together.
import { z } from 'zod'
import { filled, optionalText } from './text-rules.ts'

const embedCharactersMax = 6_000

const link = z.string().regex(/^https?:\/\/\S+$/, 'scheme must be one of http or https')
const picture = z
  .looseObject({
    url: z
      .string()
      .regex(/^(https?|attachment):\/\/\S+$/, 'scheme must be http, https or attachment'),
  })
  .nullish()

const embed = z
  .looseObject({
    title: optionalText(256),
    description: optionalText(4096),
    url: link.nullish(),
    timestamp: z.iso.datetime({ offset: true }).nullish(),
    color: z.int().min(0).max(0xffffff).nullish(),
    image: picture,
    thumbnail: picture,
    author: z.looseObject({ name: filled(256), url: link.nullish() }).nullish(),
    footer: z.looseObject({ text: filled(2048) }).nullish(),
    fields: z
      .array(
        z.looseObject({
          name: filled(256),
          value: filled(1024),
          inline: z.boolean().nullish(),
        }),
      )
      .max(25, 'must be 25 or fewer in length')
      .nullish(),
  })
  .refine(
    ({ title, description, image, thumbnail, author, footer, fields }) =>
      [title?.trim(), description?.trim(), image, thumbnail, author, footer].some(Boolean) ||
      (fields?.length ?? 0) > 0,
    'an embed needs something to show',
  )

export type EmbedForm = z.infer<typeof embed>

const charactersOf = ({ title, description, author, footer, fields }: EmbedForm) =>
  [
    title,
    description,
    author?.name,
    footer?.text,
    ...(fields ?? []).flatMap(({ name, value }) => [name, value]),
  ].reduce((sum, text) => sum + (text?.length ?? 0), 0)

export const embeds = z
  .array(embed)
  .max(10, 'must be 10 or fewer in length')
  .refine(
    (all) => all.reduce((sum, one) => sum + charactersOf(one), 0) <= embedCharactersMax,
    `embed size exceeds maximum size of ${embedCharactersMax}`,
  )
