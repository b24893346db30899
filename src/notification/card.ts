// A message as people see it, free of any platform. Each surface renders it in its own way.
import type { Chart } from './chart.ts'

export type Tone = 'good' | 'bad' | 'neutral' | 'warning'

export type CardField = { readonly name: string; readonly value: string; readonly short?: boolean }

/** `value` cells line up under `columns`; a surface without tables falls back to lines. */
export type CardTable = {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** A button runs a command with these arguments; its platform data is the platform's business. */
export type CardAction = {
  readonly label: string
  readonly command: string
  readonly args: Readonly<Record<string, string>>
  readonly style: 'primary' | 'danger' | 'plain'
  /** One more argument, which a person types first: Discord opens a form, Telegram asks for a reply. */
  readonly asks?: {
    readonly option: string
    /** At most 45 characters, as Discord's forms have it. */
    readonly question: string
    /** What stands there already. */
    readonly value?: string
  }
}

/** One of several answers to one question: a select menu, or a button each. */
export type CardMenu = {
  readonly placeholder: string
  readonly choices: readonly (Omit<CardAction, 'style'> & { readonly hint?: string })[]
}

export type CardFile = {
  readonly name: string
  readonly mediaType: string
  readonly content: string | Uint8Array
}

export type Card = {
  readonly title: string
  readonly tone: Tone
  /** PAPER, LIVE, SIMULATED MARKET: shown so that it cannot be missed. */
  readonly badges: readonly string[]
  readonly text?: string
  readonly fields?: readonly CardField[]
  readonly tables?: readonly CardTable[]
  readonly actions?: readonly CardAction[]
  readonly menus?: readonly CardMenu[]
  readonly file?: CardFile
  /** Surfaces draw it; without its picture the card still tells the same. */
  readonly chart?: Chart
  /** For the one who asked alone: balances, limits, logs. A shared chat does not get to read it. */
  readonly isPrivate?: boolean
  /** The same content for `--json`: one plain object, amounts as decimal strings. */
  readonly json: unknown
}
