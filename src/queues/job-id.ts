// How a job's own name becomes its id in BullMQ, which takes neither whole numbers nor colons.

const prefix = 'id-'

export const jobIdOf = (id: string): string => `${prefix}${encodeURIComponent(id)}`

/** The name again, for people; ids that BullMQ made itself stay as they are. */
export function shownJobId(jobId: string): string {
  if (!jobId.startsWith(prefix)) return jobId
  try {
    return decodeURIComponent(jobId.slice(prefix.length))
  } catch {
    return jobId
  }
}
