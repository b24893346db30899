// A chat platform in memory, behind the same port as the real ones: it shows what it is given and fails
// as it is told to.
import type { Delivery, Platform, View } from '../bots/chat/platform.ts'
import type { ChatSurface } from '../src/notification/chat.ts'

export type Shown = {
  readonly chat: string
  readonly message: string
  readonly isSilent: boolean
  /** Every state that it was seen in, the first one included. */
  readonly views: View[]
}

export type Call = {
  readonly kind: 'send' | 'edit'
  readonly chat: string
  readonly title: string
  readonly atMs: number
}

export type FakePlatform = Platform & {
  readonly calls: Call[]
  /** What people see, in the order in which it appeared. */
  readonly shown: Shown[]
  /** Answers the next calls, one each, in place of doing them. 'hang': done, and never answered. */
  readonly next: (Delivery | 'hang' | 'lost')[]
  /** Answers every call like this while it is set. */
  down: Delivery | undefined
  titles(chat?: string): readonly string[]
  /** The data of the button with this label on the newest state of the newest message that has it. */
  dataOf(label: string): { readonly chat: string; readonly message: string; readonly data: string }
}

export function createFakePlatform(surface: ChatSurface, knowsRepeats: boolean): FakePlatform {
  const shown: Shown[] = []
  const calls: Call[] = []
  const byId = new Map<string, Shown>()
  const next: (Delivery | 'hang' | 'lost')[] = []
  let count = 900

  function show(chat: string, view: View, id: string, isSilent: boolean): Shown {
    const before = byId.get(`${chat} ${id}`)
    if (knowsRepeats && before !== undefined) return before
    const made = { chat, message: String(++count), isSilent, views: [view] }
    shown.push(made)
    byId.set(`${chat} ${id}`, made)
    return made
  }

  async function answer(done: () => Delivery): Promise<Delivery> {
    const told = next.shift() ?? platform.down
    if (told === undefined) return done()
    if (told === 'hang') {
      done()
      return new Promise(() => {})
    }
    if (told === 'lost') {
      done()
      return { outcome: 'unknown', detail: 'the answer was lost' }
    }
    return told
  }

  const note = (kind: Call['kind'], chat: string, { card }: View) =>
    void calls.push({ kind, chat, title: card.title, atMs: performance.now() })

  const platform: FakePlatform = {
    surface,
    knowsRepeats,
    calls,
    shown,
    next,
    down: undefined,
    send(chat, view, { id, isSilent }) {
      if (id.length > 25) throw new Error(`${id} is longer than platforms take`)
      note('send', chat, view)
      return answer(() => ({ outcome: 'sent', message: show(chat, view, id, isSilent).message }))
    },
    edit(chat, message, view) {
      note('edit', chat, view)
      return answer(() => {
        const found = shown.find((each) => each.chat === chat && each.message === message)
        if (found === undefined) return { outcome: 'gone', detail: 'no such message' }
        found.views.push(view)
        return { outcome: 'sent', message }
      })
    },
    titles: (chat) =>
      shown
        .filter((each) => chat === undefined || each.chat === chat)
        .map(({ views }) => views.at(-1)?.card.title ?? ''),
    dataOf(label) {
      for (const { chat, message, views } of shown.toReversed()) {
        const button = views.at(-1)?.buttons.find((each) => each.label.startsWith(label))
        if (button !== undefined) return { chat, message, data: button.data }
      }
      throw new Error(`nobody sees a button ${label}`)
    },
  }
  return platform
}
