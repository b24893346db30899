// What the parent of a chaos run and its worker processes say to each other.
import type { ChaosDeskOptions } from './chaos-desk.ts'

export type ToWorker =
  | {
      readonly type: 'start'
      readonly desk: ChaosDeskOptions
      readonly redisUrl: string | undefined
      readonly prefix: string
    }
  /** An execution is to be read through once more, or a person lets it try again. */
  | { readonly type: 'tell'; readonly id: string; readonly news: 'recheck' | 'retry' }

export type FromWorker =
  | { readonly type: 'ready' }
  /** Whoever drove it has let go before it was at rest. */
  | { readonly type: 'left'; readonly id: string; readonly reason: string }
  /** What was told has been driven upon. */
  | { readonly type: 'told'; readonly id: string }
  /** Something threw that may not. */
  | { readonly type: 'mistake'; readonly text: string }
