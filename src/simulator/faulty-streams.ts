// Book streams that can be told to fall silent or to lose a change.
import type { BookChange, BookListener } from './market-source.ts'

export type FaultyStreams = {
  /** Returns how to hand a change to the listener, and how to end. */
  open(symbol: string, listener: BookListener): { tell: BookListener; end(): void }
  /** Hands a change of our own making to everybody on the symbol. */
  tellAll(change: BookChange): void
  /** The symbol's present streams go silent; a new one is served. */
  stall(symbol: string): void
  /** The symbol's next change reaches nobody. */
  skip(symbol: string): void
  heal(): void
}

type Stream = { readonly listener: BookListener; stalled: boolean; skipping: boolean }

export function createFaultyStreams(): FaultyStreams {
  const streams = new Map<string, Set<Stream>>()
  const on = (symbol: string) => streams.get(symbol) ?? new Set<Stream>()
  const tell = (stream: Stream, change: BookChange) => {
    if (stream.stalled) return
    if (stream.skipping) stream.skipping = false
    else stream.listener(change)
  }
  return {
    open(symbol, listener) {
      const stream: Stream = { listener, stalled: false, skipping: false }
      const all = on(symbol).add(stream)
      streams.set(symbol, all)
      return {
        tell: (change) => tell(stream, change),
        end() {
          all.delete(stream)
          if (all.size === 0) streams.delete(symbol)
        },
      }
    },
    tellAll(change) {
      for (const stream of on(change.symbol)) tell(stream, change)
    },
    stall(symbol) {
      for (const stream of on(symbol)) stream.stalled = true
    },
    skip(symbol) {
      for (const stream of on(symbol)) stream.skipping = true
    },
    heal() {
      for (const all of streams.values())
        for (const stream of all) {
          stream.stalled = false
          stream.skipping = false
        }
    },
  }
}
