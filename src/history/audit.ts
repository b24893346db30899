// PORT: everything that anybody tried to do, refused or not. Written once, never changed.

export type AuditEntry = {
  readonly surface: string
  /** The platform's own number of the account; in the terminal, the user of the machine. */
  readonly account: string
  readonly person: string
  /** 'stranger' for those who are not listed. */
  readonly role: string
  readonly chat: string | undefined
  readonly action: string
  /** Without secrets: whoever writes it has scrubbed it. */
  readonly arguments: Readonly<Record<string, string>>
  readonly outcome: string
  /** One line. */
  readonly detail: string
}

export type AuditRecord = AuditEntry & { readonly seq: number; readonly at: Date }

export type Audit = {
  record(entry: AuditEntry): Promise<void>
  /** Newest first. */
  list(filter: {
    readonly limit: number
    readonly beforeSeq?: number
    readonly person?: string
    readonly action?: string
  }): Promise<readonly AuditRecord[]>
}
