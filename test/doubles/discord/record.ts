// What has happened so far, for a test to look at.
import type { APIApplicationCommand } from 'discord-api-types/v10'
import { latencyOf, type Latency } from './ask.ts'
import { isTooLate } from './interaction.ts'
import { mistakeText, type Mistake, type Mistakes } from './mistakes.ts'
import type { Home } from './people.ts'
import type { Platform } from './platform.ts'
import { seenMessage, type SeenMessage } from './seen.ts'

export type HappenedSoFar = {
  /** Messages of a channel that everyone in it can see, oldest first. */
  readonly messages: (channelId?: string) => readonly SeenMessage[]
  /** Any message there ever was, as it is now. */
  readonly message: (id: string) => SeenMessage
  /** Registered commands of a server, or for all servers with 'global'. */
  readonly commands: (place?: string) => readonly APIApplicationCommand[]
  /** From what each person did to the first answer and to what they saw, in the order of doing. */
  readonly latencies: () => readonly Latency[]
  readonly mistakes: () => readonly Mistake[]
  /** Hands the mistakes over and forgets them: for a test that provokes some. */
  readonly takeMistakes: () => readonly Mistake[]
  /** Throws with every mistake in one line each. */
  readonly assertNoMistakes: () => void
}

/** Mistakes, those of omission among them: whoever was left without an answer is counted once. */
function mistakesOf({ world, mistakes }: Platform): Mistakes {
  for (const interaction of world.interactions.values()) {
    const { acknowledgement, isExpected, id, name } = interaction
    if (acknowledgement !== undefined || !isExpected || !isTooLate(world, interaction)) continue
    interaction.isExpected = false
    const path = `/interactions/${id}`
    mistakes.add({ by: 'bot', method: 'POST', path, reason: `${name} was not answered within 3 s` })
  }
  return mistakes
}

export function createRecord(platform: Platform, home: Home): HappenedSoFar {
  const { world } = platform
  return {
    messages: (channelId = home.channelId) =>
      [...world.messages.values()]
        .filter((stored) => stored.channelId === channelId && stored.ephemeralFor === undefined)
        .filter(({ deletedAt }) => deletedAt === undefined)
        .map(seenMessage),
    message(id) {
      const stored = world.messages.get(id)
      if (stored === undefined) throw new Error(`there never was a message ${id}`)
      return seenMessage(stored)
    },
    commands: (place = home.guildId) => world.commands.get(place) ?? [],
    latencies: () => [...world.interactions.values()].map((one) => latencyOf(world, one)),
    mistakes: () => mistakesOf(platform).all,
    takeMistakes: () => mistakesOf(platform).take(),
    assertNoMistakes() {
      const { all } = mistakesOf(platform)
      if (all.length > 0) throw new Error(`mistakes:\n${all.map(mistakeText).join('\n')}`)
    },
  }
}
