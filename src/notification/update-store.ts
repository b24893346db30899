// PORT: which updates of a platform have been handled, and which process listens to it.
import type { ChatSurface } from './chat.ts'

export type UpdateStore = {
  /** True the first time; written before anything is done about the update. */
  isNew(surface: ChatSurface, update: string): Promise<boolean>
  prune(): Promise<void>
}

export type SurfaceLease = {
  /** True while `owner` is the one that listens; ask again well before `livesMs` are over. */
  hold(surface: ChatSurface, owner: string, livesMs: number): Promise<boolean>
  release(surface: ChatSurface, owner: string): Promise<void>
}
