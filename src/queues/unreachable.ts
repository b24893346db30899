// One line about a server that does not answer, without its password.

/** @param url an address with or without credentials, or the path of a socket. */
export function unreachable(server: string, url: string, cause: unknown): Error {
  return new Error(`${server} at ${placeOf(url)} cannot be reached: ${reasonOf(cause)}.`, { cause })
}

export function placeOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host || new URL(url).pathname : url
}

/** Node tries every address of a name, and tells of all at once. */
export function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError) return reasonOf(cause.errors[0])
  return cause instanceof Error ? cause.message || cause.name : String(cause)
}
