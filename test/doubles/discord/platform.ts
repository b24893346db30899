// What every part of the double needs of the others.
import type { APIGatewayBotInfo } from 'discord-api-types/v10'
import type { Mistakes } from './mistakes.ts'
import type { StoredFile, World } from './world.ts'

export type Dispatch = {
  readonly t: string
  readonly d: object
  /** Only sessions that asked for one of these intents are told; absent: all are. */
  readonly intents?: number
  /** What a session hears that may not read what people write. */
  readonly withoutContent?: object
}

export type Platform = {
  readonly world: World
  readonly mistakes: Mistakes
  /** Tells the bot; kept for a session that is away and may resume. */
  readonly dispatch: (dispatch: Dispatch) => void
  readonly isBotConnected: () => boolean
  /** Where the gateway is, and how many sessions the bot may still start today. */
  readonly gatewayInfo: () => APIGatewayBotInfo
  /** Where a file can be downloaded. */
  readonly urlOf: (file: StoredFile) => string
  /** Wakes whoever waits for something to be seen. */
  readonly changed: () => void
}
