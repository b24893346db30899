// PORT: what the processes of the desk said lately, kept so that somebody in a chat can read it.

/** From the least to the most serious. */
export const lineLevels = ['debug', 'info', 'warn', 'error'] as const
export type LineLevel = (typeof lineLevels)[number]

/** Scrubbed of secrets before it gets here. */
export type LogLine = {
  readonly at: Date
  readonly level: LineLevel
  /** The part of the program that spoke; empty for the process as a whole. */
  readonly part: string
  readonly text: string
  /** As a person reads them: "ms=812 venue=kucoin". */
  readonly facts: string
}

export type KeptLine = LogLine & {
  readonly seq: number
  /** Who wrote it: the role and the number of its process, such as "sweep 4711". */
  readonly process: string
}

export type LogStore = {
  add(process: string, lines: readonly LogLine[]): Promise<void>
  /** Newest first. `part` names a part or a role; `least` leaves out what is less serious. */
  list(filter: {
    readonly limit: number
    readonly least?: LineLevel
    readonly part?: string
    readonly beforeSeq?: number
  }): Promise<readonly KeptLine[]>
  /** Forgets all but the newest lines, and those that are days old. */
  prune(): Promise<void>
}
