// Messages as the double received them, drawn as Telegram's dark client shows them on a phone.
import type { SeenMessage } from '../doubles/telegram/view.ts'

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const pictureOf = ({ file, raw }: SeenMessage): string =>
  file === undefined || raw.photo === undefined
    ? ''
    : `<img src="data:image/png;base64,${Buffer.from(file.bytes).toString('base64')}">`

const messageHtml = (message: SeenMessage): string => `
  <div class="message">
    <div class="bubble">
      <div class="name">Arbdesk</div>
      ${pictureOf(message)}<div class="text">${message.html}</div>
      <div class="time">12:00</div>
    </div>
    ${message.buttons
      .map(
        (row) =>
          `<div class="row">${row.map(({ text }) => `<span>${escaped(text)}</span>`).join('')}</div>`,
      )
      .join('')}
  </div>`

/** Of a phone, in CSS pixels. */
const width = 390

const style = `
  * { box-sizing: border-box; margin: 0 }
  body { background: #0e1621; color: #f5f5f5; font: 15px/1.3 'Noto Sans', sans-serif; width: ${width}px; padding: 8px }
  .message { margin-bottom: 10px; width: 350px }
  .bubble { background: #182533; border-radius: 12px 12px 12px 4px; padding: 7px 10px 5px }
  .name { color: #6ab3f3; font-weight: 600; font-size: 14px } .time { color: #6d7f8f; font-size: 11px; text-align: right }
  .text { white-space: pre-wrap; overflow-wrap: anywhere } img { width: 100%; border-radius: 8px; display: block }
  code, pre { font: 12.5px/1.35 'DejaVu Sans Mono', monospace } pre { background: #101921; padding: 5px 6px; border-radius: 4px; white-space: pre-wrap }
  .row { display: flex; gap: 3px; margin-top: 3px } .row span { flex: 1; background: #22303f; border-radius: 6px; padding: 8px 4px; text-align: center; font-size: 14px }`

/** One page; its title is its height. */
export const telegramPage = (messages: readonly SeenMessage[]): string =>
  `<!doctype html><meta charset="utf-8"><style>${style}</style><body>${messages.map(messageHtml).join('')}<script>document.title = document.body.scrollHeight</script></body>`
