// PORT: short messages between all processes of the desk: Redis pub/sub, or PostgreSQL's NOTIFY.
// A message is a hint to look, never the truth itself.

export type Hub = {
  publish(channel: string, text: string): Promise<void>
  /**
   * Returns the way to stop listening. `missed` is called when messages may have been lost, because
   * the connection was gone for a while.
   */
  subscribe(
    channel: string,
    listener: (text: string) => void,
    missed?: () => void,
  ): Promise<() => Promise<void>>
}
