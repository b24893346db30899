// The channels of Discord as the desk's messages see them: one message each, which is edited in place.
import { MessageFlags, Routes } from 'discord.js'
import type { Platform } from '../chat/platform.ts'
import { deliveryOf } from './delivery-of.ts'
import type { DiscordRest } from './discord-rest.ts'
import { renderView } from './render-view.ts'

export const createDiscordPlatform = (rest: Pick<DiscordRest, 'call'>): Platform => ({
  surface: 'discord',
  knowsRepeats: true,
  async send(chat, view, { id, isSilent }) {
    const { body, files } = renderView(view)
    const called = await rest.call({
      method: 'post',
      route: Routes.channelMessages(chat),
      // With the same nonce Discord answers with the message that is there already.
      body: {
        ...body,
        nonce: id,
        enforce_nonce: true,
        ...(isSilent ? { flags: MessageFlags.SuppressNotifications } : {}),
      },
      files,
    })
    return deliveryOf(called)
  },
  async edit(chat, message, view) {
    const { body, files } = renderView(view)
    const route = Routes.channelMessage(chat, message)
    return deliveryOf(await rest.call({ method: 'patch', route, body, files }), message)
  },
})
