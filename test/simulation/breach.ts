// What must never be, found to be.

export type Breach = { readonly invariant: string; readonly detail: string }

export type Breaches = {
  readonly found: readonly Breach[]
  add(invariant: string, detail: string): void
}

export function collectBreaches(onBreach: (breach: Breach) => void): Breaches {
  const found: Breach[] = []
  return {
    found,
    add(invariant, detail) {
      const breach = { invariant, detail }
      found.push(breach)
      onBreach(breach)
    },
  }
}
