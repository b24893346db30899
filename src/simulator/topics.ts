// The streams one socket is subscribed to, each with the function that stops it.

export type Topics = {
  readonly size: number
  has(topic: string): boolean
  /** Subscribing twice to one topic keeps the first stream, as venues do. */
  open(topic: string, start: () => () => void): void
  /** False when the topic was not open. */
  stop(topic: string): boolean
  names(): readonly string[]
  stopAll(): void
}

export function createTopics(): Topics {
  const stops = new Map<string, () => void>()
  return {
    get size() {
      return stops.size
    },
    has: (topic) => stops.has(topic),
    open(topic, start) {
      if (!stops.has(topic)) stops.set(topic, start())
    },
    stop(topic) {
      stops.get(topic)?.()
      return stops.delete(topic)
    },
    names: () => [...stops.keys()],
    stopAll() {
      for (const stop of stops.values()) stop()
      stops.clear()
    },
  }
}
