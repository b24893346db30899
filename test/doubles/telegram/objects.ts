// What the Bot API speaks of, in its own field names: only what this double fills in.

export type User = {
  readonly id: number
  readonly is_bot: boolean
  readonly first_name: string
  readonly last_name?: string
  readonly username?: string
  readonly language_code?: string
}

export type Chat = {
  readonly id: number
  readonly type: 'private' | 'group' | 'supergroup'
  readonly title?: string
  readonly username?: string
  readonly first_name?: string
  readonly last_name?: string
  readonly is_forum?: true
}

/** Offsets and lengths count UTF-16 code units, as JavaScript's strings do. */
export type Entity = {
  readonly type: string
  readonly offset: number
  readonly length: number
  readonly url?: string
  readonly language?: string
  readonly user?: User
  readonly custom_emoji_id?: string
}

export type FormattedText = { readonly text: string; readonly entities: readonly Entity[] }

export type InlineButton = {
  readonly text: string
  readonly callback_data?: string
  readonly url?: string
  readonly [field: string]: unknown
}

export type InlineKeyboard = { readonly inline_keyboard: readonly (readonly InlineButton[])[] }

export type CustomKeyboard = {
  readonly keyboard: readonly (readonly { readonly text: string }[])[]
  readonly is_persistent: boolean
  readonly resize_keyboard: boolean
  readonly one_time_keyboard: boolean
  readonly input_field_placeholder?: string
}

export type ReplyMarkup =
  | InlineKeyboard
  | CustomKeyboard
  | { readonly remove_keyboard: true }
  | { readonly force_reply: true; readonly input_field_placeholder?: string }

type FileNames = { readonly file_id: string; readonly file_unique_id: string }

export type PhotoSize = FileNames & {
  readonly width: number
  readonly height: number
  readonly file_size: number
}

export type Document = FileNames & {
  readonly file_name?: string
  readonly mime_type?: string
  readonly file_size: number
}

export type Message = {
  readonly message_id: number
  readonly date: number
  readonly chat: Chat
  readonly from: User
  readonly sender_chat?: Chat
  readonly message_thread_id?: number
  readonly is_topic_message?: true
  readonly edit_date?: number
  readonly media_group_id?: string
  readonly forward_origin?: {
    readonly type: 'user'
    readonly date: number
    readonly sender_user: User
  }
  readonly reply_to_message?: Message
  readonly text?: string
  readonly entities?: readonly Entity[]
  readonly caption?: string
  readonly caption_entities?: readonly Entity[]
  readonly photo?: readonly PhotoSize[]
  readonly document?: Document
  readonly reply_markup?: InlineKeyboard
  readonly new_chat_members?: readonly User[]
  readonly left_chat_member?: User
  readonly pinned_message?: Message
  readonly migrate_to_chat_id?: number
  readonly migrate_from_chat_id?: number
  readonly forum_topic_created?: { readonly name: string; readonly icon_color: number }
  readonly forum_topic_closed?: Readonly<Record<string, never>>
  readonly forum_topic_reopened?: Readonly<Record<string, never>>
}

/** All that is left of a message which was deleted before the press on its button arrived. */
type InaccessibleMessage = {
  readonly chat: Chat
  readonly message_id: number
  readonly date: 0
}

type CallbackQuery = {
  readonly id: string
  readonly from: User
  readonly message: Message | InaccessibleMessage
  readonly chat_instance: string
  readonly data: string
}

export type MemberChange = {
  readonly chat: Chat
  readonly from: User
  readonly date: number
  readonly old_chat_member: Readonly<Record<string, unknown>>
  readonly new_chat_member: Readonly<Record<string, unknown>>
}

export type UpdateBody =
  | { readonly message: Message }
  | { readonly edited_message: Message }
  | { readonly callback_query: CallbackQuery }
  | { readonly my_chat_member: MemberChange }
  | { readonly chat_member: MemberChange }

export type Update = UpdateBody & { readonly update_id: number }
