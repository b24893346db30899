// A queue that somebody named, tried once before anybody relies on it: what is wrong is one line.
import { openQueues } from '../src/queues/queues.ts'
import { reasonOf, StartFailure } from './start-failure.ts'

/** @throws StartFailure when it cannot be reached, or may lose jobs. */
export async function queueOrExplain(databaseUrl: string, redisUrl: string): Promise<void> {
  try {
    const queues = await openQueues({ databaseUrl, redisUrl })
    await queues.close()
  } catch (error) {
    const message = error instanceof Error ? error.message : reasonOf(error)
    throw new StartFailure(`${message.replace(/[.]$/, '')}; see REDIS_URL`, { cause: error })
  }
}
