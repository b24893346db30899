// Messages as the double received them, drawn as Discord's dark client shows them on a phone.
import { ButtonStyle, ComponentType, type APIEmbed } from 'discord-api-types/v10'
import { allComponents } from '../doubles/discord/component-rules.ts'
import type { SeenMessage } from '../doubles/discord/seen.ts'

const html = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** The few looks that the desk uses, read as Discord reads them. */
function inline(markdown: string): string {
  const look = /\\([^0-9A-Za-z\s])|\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)|_((?:\\[\s\S]|[^\\_])+?)_/g
  let shown = ''
  let from = 0
  for (const { 0: whole, 1: escaped, 2: strong, 3: leaning, index } of markdown.matchAll(look)) {
    shown += html(markdown.slice(from, index))
    if (escaped !== undefined) shown += html(escaped)
    else if (strong !== undefined) shown += `<b>${inline(strong)}</b>`
    else if (leaning !== undefined) shown += `<i>${inline(leaning)}</i>`
    from = index + whole.length
  }
  return shown + html(markdown.slice(from))
}

const words = (markdown: string): string =>
  markdown
    .split(/(```\n[\s\S]*?\n```\n?)/)
    .map((part) =>
      part.startsWith('```')
        ? `<pre>${html(part.replace(/^```\n/, '').replace(/\n```\n?$/, ''))}</pre>`
        : `<p>${inline(part)}</p>`,
    )
    .join('')

const buttonClass = new Map<number, string>([
  [ButtonStyle.Primary, 'blue'],
  [ButtonStyle.Success, 'green'],
  [ButtonStyle.Danger, 'red'],
])

function embedHtml(embed: APIEmbed, { files }: SeenMessage): string {
  const color = `#${(embed.color ?? 0x202225).toString(16).padStart(6, '0')}`
  const name = embed.image?.url.split('/').at(-1)
  const picture = files.find((file) => encodeURIComponent(file.name) === name)
  const image =
    picture === undefined
      ? ''
      : `<img src="data:image/png;base64,${picture.bytes.toString('base64')}">`
  return `<div class="embed" style="border-color:${color}">${words(embed.description ?? '')}${image}</div>`
}

const rowsHtml = ({ components }: SeenMessage): string =>
  components
    .map((row) => {
      const cells = allComponents([row]).map((one) => {
        if (one['type'] === ComponentType.Button)
          return `<span class="button ${buttonClass.get(Number(one['style'])) ?? ''}">${html(String(one['label']))}</span>`
        if (one['type'] === ComponentType.StringSelect)
          return `<span class="menu">${html(String(one['placeholder']))}<span>⌄</span></span>`
        return ''
      })
      return `<div class="row">${cells.join('')}</div>`
    })
    .join('')

const filesHtml = ({ files, embeds }: SeenMessage): string =>
  files
    .filter(({ name }) => !embeds.some(({ image }) => image?.url.endsWith(name)))
    .map(
      ({ name, bytes }) =>
        `<div class="file">📄 ${html(name)}<small>${bytes.length} bytes</small></div>`,
    )
    .join('')

const messageHtml = (message: SeenMessage): string => `
  <div class="message${message.isEphemeral ? ' alone' : ''}">
    <div class="face">A</div>
    <div class="body">
      <div class="head"><b>arbdesk</b> <span class="app">APP</span> <small>Today at 12:00</small></div>
      ${words(message.content)}${message.embeds.map((embed) => embedHtml(embed, message)).join('')}
      ${filesHtml(message)}${rowsHtml(message)}
      ${message.isEphemeral ? '<small>👁 Only you can see this · Dismiss message</small>' : ''}
    </div>
  </div>`

/** Of a phone, in CSS pixels. */
const width = 390

const style = `
  * { box-sizing: border-box; margin: 0 }
  body { background: #313338; color: #dbdee1; font: 15px/1.3 'Noto Sans', sans-serif; width: ${width}px; padding: 6px 0 }
  .message { display: flex; gap: 10px; padding: 8px 12px } .alone { background: #36393f }
  .face { flex: none; width: 36px; height: 36px; border-radius: 50%; background: #5865f2; color: #fff; text-align: center; line-height: 36px }
  .body { flex: 1; min-width: 0 } .head b { color: #fff } small { color: #949ba4; font-size: 11px }
  .app { background: #5865f2; color: #fff; font-size: 9px; padding: 1px 4px; border-radius: 3px; vertical-align: 2px }
  p { white-space: pre-wrap; overflow-wrap: anywhere } b { color: #f2f3f5 }
  .embed { background: #2b2d31; border-left: 4px solid; border-radius: 4px; padding: 8px 12px 10px 10px; margin-top: 6px; font-size: 14px }
  .embed img { width: 100%; border-radius: 4px; margin-top: 8px; display: block }
  pre { background: #1e1f22; border-radius: 4px; padding: 6px 7px; margin: 4px 0; white-space: pre-wrap; font: 12px/1.35 'DejaVu Sans Mono', monospace; overflow-wrap: anywhere }
  .row { display: flex; flex-wrap: wrap; gap: 6px; margin-top: 6px }
  .button { background: #4e5058; color: #fff; border-radius: 4px; padding: 6px 12px; font-size: 13px; font-weight: 600 }
  .blue { background: #5865f2 } .green { background: #248046 } .red { background: #da373c }
  .menu { flex: 1; background: #1e1f22; border-radius: 4px; padding: 8px 10px; color: #949ba4; display: flex; justify-content: space-between }
  .file { background: #2b2d31; border-radius: 6px; padding: 8px; margin-top: 6px } .file small { display: block }`

/** One page; its title is its height. */
export const discordPage = (messages: readonly SeenMessage[]): string =>
  `<!doctype html><meta charset="utf-8"><style>${style}</style><body>${messages.map(messageHtml).join('')}<script>document.title = document.body.scrollHeight</script></body>`
