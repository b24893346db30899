// A prompt at the bottom of the terminal that stays whole while other text is printed above it.
import { clearScreenDown, cursorTo, moveCursor } from 'node:readline'
import { createInterface } from 'node:readline/promises'

export type Prompt = {
  /** Prints lines above what is being typed. */
  readonly print: (text: string) => void
  readonly close: () => void
}

export type PromptWiring = {
  readonly input: NodeJS.ReadableStream
  readonly output: NodeJS.WritableStream
  readonly line: (line: string) => void
  /** Ctrl-C or Ctrl-D. */
  readonly leave: () => void
  /** What a word may become, and the piece of the line that it replaces. */
  readonly complete: (line: string) => Promise<readonly [readonly string[], string]>
}

const historyMax = 200

export function openPrompt({ input, output, line, leave, complete }: PromptWiring): Prompt {
  const editor = createInterface({
    input,
    output,
    terminal: true,
    historySize: historyMax,
    removeHistoryDuplicates: true,
    prompt: 'arbdesk> ',
    async completer(typed: string): Promise<[string[], string]> {
      try {
        const [found, piece] = await complete(typed)
        return [[...found], piece]
      } catch {
        // No suggestion is no harm, and an error here would end the prompt.
        return [[], typed]
      }
    },
  })
  let closed = false
  editor.on('line', (typed) => {
    line(typed)
    editor.prompt()
  })
  editor.on('SIGINT', leave)
  editor.on('close', () => {
    if (!closed) leave()
    closed = true
  })
  editor.prompt()
  return {
    print(text) {
      if (closed) {
        output.write(`${text}\n`)
        return
      }
      // What is typed may take several rows: redrawing moves up as many, so as many are left free.
      const { rows } = editor.getCursorPos()
      moveCursor(output, 0, -rows)
      cursorTo(output, 0)
      clearScreenDown(output)
      output.write(`${text}\n${'\n'.repeat(rows)}`)
      editor.prompt(true)
    },
    close() {
      if (closed) return
      closed = true
      editor.close()
      output.write('\n')
    },
  }
}
