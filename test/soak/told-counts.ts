// Counts what a desk prints while it goes on for hours: nothing is kept but numbers and names.

export type ToldCounts = {
  /** A chunk of standard output: one object a line. */
  out(chunk: string): void
  /** A chunk of standard error: the log. */
  err(chunk: string): void
  now(): {
    readonly opportunities: number
    readonly trades_settled: number
    readonly exposures: number
    readonly leases_lost: number
  }
  /** Lines of the log that are warnings or worse; each kind once, with how often it came. */
  complaints(): ReadonlyMap<string, number>
}

const complaintsMax = 50

/** What Node itself says while a debugger asks what it holds. */
const ofDebugger = /^(?:Debugger |For help, see: )/

/** A shard whose lease was lost, or a job whose lock could not be renewed. */
const lost = /shards? (?:was|were) lost: |is stopped here: its lock /

function byLine(take: (line: string) => void): (chunk: string) => void {
  let rest = ''
  return (chunk) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) take(line)
  }
}

function objectIn(line: string): Record<string, unknown> {
  try {
    const read: unknown = JSON.parse(line)
    return typeof read === 'object' && read !== null ? { ...read } : {}
  } catch {
    return {}
  }
}

export function createToldCounts(): ToldCounts {
  const ids = {
    opportunity: new Set<unknown>(),
    settled: new Set<unknown>(),
    exposed: new Set<unknown>(),
  }
  const complaints = new Map<string, number>()
  let leasesLost = 0

  function takeTold(line: string): void {
    const { kind, id, state } = objectIn(line)
    if (kind === 'opportunity') ids.opportunity.add(id)
    if (kind === 'trade' && state === 'settled') ids.settled.add(id)
    if (kind === 'trade' && state === 'exposed') ids.exposed.add(id)
  }
  function takeLog(line: string): void {
    const { level, msg, shards } = objectIn(line)
    const text = typeof msg === 'string' ? msg : line
    if (lost.test(text)) leasesLost += Array.isArray(shards) ? shards.length : 1
    if (line === '' || ofDebugger.test(line) || level === 'info' || level === 'debug') return
    if (complaints.has(text) || complaints.size < complaintsMax)
      complaints.set(text, (complaints.get(text) ?? 0) + 1)
  }

  return {
    out: byLine(takeTold),
    err: byLine(takeLog),
    now: () => ({
      opportunities: ids.opportunity.size,
      trades_settled: ids.settled.size,
      exposures: ids.exposed.size,
      leases_lost: leasesLost,
    }),
    complaints: () => complaints,
  }
}
