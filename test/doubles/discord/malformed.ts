// Dispatches that Discord does send now and then and that kill a bot which only trusts discord.js.
import type { GatewayControls } from './gateway.ts'

export const malformedKinds = ['null thread', 'no data', 'null install params'] as const
export type MalformedKind = (typeof malformedKinds)[number]

type Place = {
  readonly guildId: string
  readonly channelId: string
  readonly gateway: GatewayControls
}

/**
 * Sends one. 'null install params' comes with the READY of the next session, so order it before.
 * Without care in the bot each is a TypeError inside discord.js, outside of any listener.
 */
export function sendMalformed({ guildId, channelId, gateway }: Place, kind: MalformedKind): void {
  const author = { id: '1', username: 'x', discriminator: '0', global_name: null, avatar: null }
  switch (kind) {
    case 'null thread':
      return gateway.sendRaw('MESSAGE_CREATE', {
        id: '1',
        channel_id: channelId,
        guild_id: guildId,
        author,
        content: '',
        attachments: [],
        embeds: [],
        mentions: [],
        mention_roles: [],
        timestamp: '2024-01-01T00:00:00.000000+00:00',
        type: 0,
        thread: null,
      })
    case 'no data':
      return gateway.sendRaw('INTERACTION_CREATE', {
        id: '1',
        token: 'x',
        type: 2,
        version: 1,
        channel_id: channelId,
        guild_id: guildId,
        member: { user: author, roles: [] },
        entitlements: [],
        authorizing_integration_owners: {},
      })
    case 'null install params':
      return gateway.alterReady((ready) => ({
        ...ready,
        application: {
          ...('application' in ready ? (ready.application as object) : {}),
          install_params: null,
        },
      }))
  }
}
