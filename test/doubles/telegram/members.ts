// How Telegram describes a member of a chat, and the updates it sends when the bot's own standing changes.
import type { User } from './objects.ts'
import { seconds, standingOf, type Room, type Standing, type World } from './state.ts'

const always = {
  can_send_audios: true,
  can_send_videos: true,
  can_send_video_notes: true,
  can_send_voice_notes: true,
  can_send_polls: true,
  can_send_other_messages: true,
  can_add_web_page_previews: true,
  can_react_to_messages: true,
  can_edit_tag: false,
}

const never = {
  can_be_edited: false,
  is_anonymous: false,
  can_manage_video_chats: false,
  can_restrict_members: false,
  can_promote_members: false,
  can_change_info: false,
  can_invite_users: false,
  can_post_stories: false,
  can_edit_stories: false,
  can_delete_stories: false,
}

/** A ChatMember of the kind that fits the standing. */
export function chatMember(user: User, { status, rights }: Standing): Record<string, unknown> {
  const member = { user, status }
  switch (status) {
    case 'creator':
      return { ...member, is_anonymous: false }
    case 'administrator':
      return {
        ...member,
        ...never,
        can_manage_chat: true,
        can_delete_messages: rights.deletes,
        can_pin_messages: rights.pins,
        can_manage_topics: rights.managesTopics,
      }
    case 'restricted':
      return {
        ...member,
        ...always,
        is_member: true,
        can_send_messages: rights.sendsText,
        can_send_photos: rights.sendsPhotos,
        can_send_documents: rights.sendsDocuments,
        can_change_info: false,
        can_invite_users: false,
        can_pin_messages: rights.pins,
        can_manage_topics: false,
        until_date: 0,
      }
    case 'kicked':
      return { ...member, until_date: 0 }
    case 'member':
    case 'left':
      return member
  }
}

/** Gives a member another standing; the bot is told of its own, and of others' if it asked for that. */
export function changeStanding(
  world: World,
  room: Room,
  user: User,
  next: Standing,
  by: User = user,
): void {
  const change = {
    chat: room.chat,
    from: by,
    date: seconds(world.now()),
    old_chat_member: chatMember(user, standingOf(room, user.id)),
    new_chat_member: chatMember(user, next),
  }
  room.standings.set(user.id, next)
  if (user.id === world.bot.id) world.updates.push({ my_chat_member: change })
  else world.updates.push({ chat_member: change })
}
