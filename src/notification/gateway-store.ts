// PORT: what a bot's gateway needs to outlive its process: the session it may take up again, and how many
// sessions it has begun. A platform resets the token of a bot that begins too many.

/** Where a session can be taken up again, and after which dispatch. */
export type GatewaySession = {
  readonly sessionId: string
  readonly resumeUrl: string
  readonly sequence: number
  readonly application: string
}

export type SessionRoom =
  | { readonly outcome: 'free' }
  /** `freeAt`: when the oldest of those that count is a day old. */
  | { readonly outcome: 'spent'; readonly freeAt: Date }

export type GatewayStore = {
  /** `bot` names a token and a server without telling either. */
  load(bot: string): Promise<GatewaySession | undefined>
  save(bot: string, session: GatewaySession): Promise<void>
  forget(bot: string): Promise<void>
  /** Counts one more session unless `max` were begun within a day. The database's clock decides. */
  begin(bot: string, max: number): Promise<SessionRoom>
  /** The same without counting. */
  room(bot: string, max: number): Promise<SessionRoom>
}
