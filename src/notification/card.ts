// A message as people see it, free of any platform. Each surface renders it in its own way.

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
  /** The same content for `--json`: one plain object, amounts as decimal strings. */
  readonly json: unknown
}
