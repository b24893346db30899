// A view as the body of a message, whichever request carries it, and the files that go with it.
import type { APIEmbed, RawFile } from 'discord.js'
import type { View } from '../chat/platform.ts'
import { renderCard as renderText } from '../terminal/render-card.ts'
import { escaped } from './markdown.ts'
import { renderCard } from './render-card.ts'
import { renderComponents, type Row } from './render-components.ts'

export type MessageBody = {
  readonly content: string
  readonly embeds: readonly APIEmbed[]
  readonly components: readonly Row[]
  /** Of an edit: which files stay or come; none of the others does. */
  readonly attachments: readonly { readonly id: string; readonly filename: string }[]
  readonly allowed_mentions: { readonly parse: readonly [] }
}

export type Message = { readonly body: MessageBody; readonly files: readonly RawFile[] }

// What Discord takes for a server without boosts is 10 MiB in all.
const fileBytesMax = 9 * 1024 * 1024
const wholeWidth = 100

const nobody = { parse: [] } as const

/** Discord changes names with other letters, after which an embed would look for its picture in vain. */
const safeName = (name: string): string =>
  name
    .replaceAll(/[^\w.-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(-80) || 'file'

const bytesOf = (content: string | Uint8Array): Buffer => Buffer.from(content)

/** One line to read, and nothing else. */
export const lineMessage = (text: string): Message => ({
  body: {
    content: escaped(text, 1900) || '…',
    embeds: [],
    components: [],
    attachments: [],
    allowed_mentions: nobody,
  },
  files: [],
})

/** What does not fit in the message goes along as a file, so that nothing is lost. */
export function renderView({ card, buttons, menus, picture }: View): Message {
  const { content, description, color, isWhole } = renderCard(card)
  const wholeText = isWhole ? [] : [`${renderText(card, { width: wholeWidth, color: false })}\n`]
  const given: readonly RawFile[] = [
    ...(picture === undefined
      ? []
      : [{ name: safeName(picture.name), data: bytesOf(picture.png), contentType: 'image/png' }]),
    ...(card.file === undefined
      ? []
      : [
          {
            name: safeName(card.file.name),
            data: bytesOf(card.file.content),
            contentType: card.file.mediaType,
          },
        ]),
    ...wholeText.map((text) => ({
      name: 'whole-card.txt',
      data: bytesOf(text),
      contentType: 'text/plain; charset=utf-8',
    })),
  ]
  const { files, left } = fitting(given)
  const isPictured = picture !== undefined && files[0]?.name === safeName(picture.name)
  const notes = [
    ...(isWhole ? [] : ['_Shortened; the whole of it is in the file._']),
    ...left.map(
      ({ name }) => `_${escaped(name)} is larger than Discord takes; ask in the terminal._`,
    ),
  ]
  const embed: APIEmbed = {
    color,
    ...(description === '' ? {} : { description }),
    ...(isPictured ? { image: { url: `attachment://${files[0]?.name}` } } : {}),
  }
  return {
    body: {
      content: [content, ...notes].join('\n'),
      embeds: description === '' && !isPictured ? [] : [embed],
      components: renderComponents({ buttons, menus }),
      attachments: files.map(({ name }, i) => ({ id: String(i), filename: name })),
      allowed_mentions: nobody,
    },
    files,
  }
}

/** As many files as one message may carry, and those that it may not. */
function fitting(given: readonly RawFile[]) {
  const files: RawFile[] = []
  const left: RawFile[] = []
  let bytes = 0
  for (const file of given) {
    const own = Buffer.byteLength(file.data as Buffer)
    if (bytes + own > fileBytesMax) left.push(file)
    else {
      bytes += own
      files.push(file)
    }
  }
  return { files, left }
}
