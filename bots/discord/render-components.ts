// What may be pressed or chosen under a message: five rows, five buttons to a row, a menu fills one.
import {
  ButtonStyle,
  ComponentType,
  type APIActionRowComponent,
  type APIButtonComponent,
  type APIStringSelectComponent,
} from 'discord.js'
import type { Button, Menu, View } from '../chat/platform.ts'
import { fitted } from './markdown.ts'

export type Row = APIActionRowComponent<APIButtonComponent | APIStringSelectComponent>

const rowsMax = 5
const buttonsMax = 5
const choicesMax = 25
const labelLengthMax = 80
const choiceLengthMax = 100
const placeholderLengthMax = 150

function styleOf(
  style: Button['style'],
): ButtonStyle.Success | ButtonStyle.Danger | ButtonStyle.Secondary {
  switch (style) {
    case 'primary':
      return ButtonStyle.Success
    case 'danger':
      return ButtonStyle.Danger
    case 'plain':
      return ButtonStyle.Secondary
  }
}

/** In pieces of at most `max`, in order. */
const inPieces = <T>(all: readonly T[], max: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / max) }, (_, i) => all.slice(i * max, (i + 1) * max))

const buttonRow = (buttons: readonly Button[]): Row => ({
  type: ComponentType.ActionRow,
  components: buttons.map(({ label, style, data }) => ({
    type: ComponentType.Button,
    style: styleOf(style),
    label: fitted(label, labelLengthMax) || '…',
    custom_id: data,
  })),
})

function menuRows({ placeholder, id, choices }: Menu): readonly Row[] {
  const pieces = inPieces(choices, choicesMax)
  return pieces.map((piece, i) => ({
    type: ComponentType.ActionRow,
    components: [
      {
        type: ComponentType.StringSelect,
        custom_id: i === 0 ? id : `${id}, ${i + 1}`,
        placeholder: fitted(
          pieces.length === 1 ? placeholder : `${placeholder} (${i + 1}/${pieces.length})`,
          placeholderLengthMax,
        ),
        options: piece.map(({ label, hint, data }) => ({
          label: fitted(label, choiceLengthMax) || '…',
          value: data,
          ...(hint === undefined || fitted(hint, choiceLengthMax) === ''
            ? {}
            : { description: fitted(hint, choiceLengthMax) }),
        })),
      },
    ],
  }))
}

/** Buttons first; what five rows cannot hold is left out, for which there is the command. */
export const renderComponents = ({ buttons, menus }: Pick<View, 'buttons' | 'menus'>): Row[] =>
  [...inPieces(buttons, buttonsMax).map(buttonRow), ...menus.flatMap(menuRows)].slice(0, rowsMax)
