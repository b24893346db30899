// PORT: how the database and whoever works on it are, at this moment.

export type Vitals = {
  /** How long the database took to answer. */
  readonly databaseMs: number
  /** Such as "18.1". */
  readonly databaseVersion: string
  /** The newest migration it has. */
  readonly schema: string
  /** Processes of the desk that are connected to it. */
  readonly processes: readonly {
    /** Its role, such as "sweep". */
    readonly role: string
    readonly pid: number
    /** Since it last asked the database for anything. */
    readonly silentMs: number
  }[]
  readonly surfaces: readonly {
    readonly surface: string
    /** What it has not looked at yet. */
    readonly unread: number
    readonly oldestUnreadMs: number
    /** What it knows of and has not shown yet; digests count as one. */
    readonly unshown: number
    readonly oldestUnshownMs: number
  }[]
}

export type ReadVitals = () => Promise<Vitals>
