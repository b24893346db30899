// Who listens to what, by name.

export type Listeners<T> = {
  add(name: string, listener: (value: T) => void): () => void
  any(name: string): boolean
  tell(name: string, value: T): void
  names(): readonly string[]
}

export function createListeners<T>(): Listeners<T> {
  const byName = new Map<string, Set<(value: T) => void>>()
  return {
    add(name, listener) {
      // One function may listen twice, once for each connection.
      const own = (value: T) => listener(value)
      const all = byName.get(name) ?? new Set()
      byName.set(name, all.add(own))
      return () => {
        all.delete(own)
        if (all.size === 0 && byName.get(name) === all) byName.delete(name)
      }
    },
    any: (name) => byName.has(name),
    tell(name, value) {
      for (const listener of byName.get(name) ?? []) listener(value)
    },
    names: () => [...byName.keys()],
  }
}
