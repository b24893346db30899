// Something that the supervisor keeps running: a child process, a server, or a role of its own.

export type Part = {
  /** Undefined while there is none yet. */
  readonly pid: number | undefined
  /** Resolves with why, in one line, when it is over. Never rejects. */
  readonly ended: Promise<string>
  /** Brings it to its end, gently first; resolves when it is over, or when it took too long. */
  readonly stop: () => Promise<void>
}

// A desk is to be gone five seconds after it was told to stop: first the children that work on the
// market, then the roles that tell people, then the servers. Each step's limit is its share of that.

/** What a child may take to finish what it is doing, before SIGTERM. */
export const childStopMsMax = 1_500
/** From SIGTERM to SIGKILL. */
export const childTerminateMsMax = 400
export const ownStopMsMax = 800
/** Their clients are gone by then, so a server that takes longer is ended by force. */
export const serverStopMsMax = 1_700
