// The session of a gateway that is taken up again, by this process or by the next.
import type { SessionInfo } from '@discordjs/ws'
import type { GatewayStore } from '../../src/notification/gateway-store.ts'

export type KeptSession = {
  /** Null: a new one has to be begun. */
  readonly current: () => SessionInfo | null
  readonly application: () => string | undefined
  readonly update: (info: SessionInfo | null) => void
  /** Whose session it is; told by READY. */
  readonly introduce: (application: string) => void
  /** Writes it down; nothing that comes later changes what the next process finds. */
  readonly close: () => Promise<void>
}

/** Writing down what comes in bursts can wait this long: what was told twice is known by its id. */
const saveMs = 250

export const isSocketUrl = (url: unknown): url is string =>
  typeof url === 'string' && /^wss?:\/\//.test(url) && URL.canParse(url)

/** `bot` as in GatewayStore. Throws when the database is away. */
export async function openKeptSession(
  store: GatewayStore,
  bot: string,
  warn: (message: string) => void,
): Promise<KeptSession> {
  const found = await store.load(bot)
  let application = found?.application
  let current: SessionInfo | null =
    found !== undefined && isSocketUrl(found.resumeUrl)
      ? {
          sessionId: found.sessionId,
          resumeURL: found.resumeUrl,
          sequence: found.sequence,
          shardId: 0,
          shardCount: 1,
        }
      : null
  let isClosed = false
  let timer: NodeJS.Timeout | undefined
  let saving: Promise<void> = Promise.resolve()

  async function save(): Promise<void> {
    timer = undefined
    if (current === null) return store.forget(bot)
    if (application === undefined) return
    const { sessionId, resumeURL, sequence } = current
    await store.save(bot, { sessionId, resumeUrl: resumeURL, sequence, application })
  }

  function saveNow(): Promise<void> {
    clearTimeout(timer)
    // Without it the next process begins a session of its own, which costs one of its day.
    saving = saving
      .then(save)
      .catch((error: unknown) => warn(`a session is not kept: ${String(error)}`))
    return saving
  }

  const saveSoon = () => void (timer ??= setTimeout(() => void saveNow(), saveMs))

  return {
    current: () => current,
    application: () => application,
    update(info) {
      if (isClosed) return
      current = info
      saveSoon()
    },
    introduce(id) {
      application = id
      // A process that is killed in the next moment has begun this session already.
      if (!isClosed) void saveNow()
    },
    close() {
      isClosed = true
      return saveNow()
    },
  }
}
