// What a server offers so that jobs and messages can run on it. Redis and PostgreSQL both do.
import type { BackendFactory, IQueueBackend } from 'bullmq'
import type { Hub } from '../settings/hub.ts'

/** BullMQ asks each queue for its connection; ours are wired inside the factory, so this is a name. */
export type Wiring = Transport['backend']

export type Log = (line: string, cause?: unknown) => void

export type Messages = {
  publish: Hub['publish']
  /**
   * Resolves once messages arrive. `missed` is called when some may have been lost, because the
   * connection was gone for a while: whoever caches should read the truth again.
   */
  subscribe(
    channel: string,
    listener: (text: string) => void,
    missed?: () => void,
  ): Promise<() => Promise<void>>
}

export type Transport = Messages & {
  readonly backend: 'redis' | 'postgres'
  readonly factory: BackendFactory<IQueueBackend, Wiring>
  /** Rejects when the server does not answer within a second. */
  probe(): Promise<void>
  close(): Promise<void>
}

/** PostgreSQL refuses 8,000 bytes and more; the same limit holds on Redis, so that both behave alike. */
const messageBytesMax = 7_900
export const probeMsMax = 1_000

/** @throws Error when the text would not travel on every backend. */
export function assertMessageFits(channel: string, text: string): void {
  const bytes = Buffer.byteLength(text)
  if (bytes > messageBytesMax)
    throw new Error(
      `A message on ${channel} has ${bytes} bytes; ${messageBytesMax} are the most. Send an id, and let others read the rest.`,
    )
}
