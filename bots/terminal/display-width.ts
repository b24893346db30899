// How many columns of a terminal a text takes: wide letters and pictures take two, marks none.

const wide =
  /^[\p{Emoji_Presentation}\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{16FE0}-\u{18DFF}\u{1AFF0}-\u{1B2FF}\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u
const mark = /^[\p{Mn}\p{Me}]/u

const widthOfCharacter = (character: string): number =>
  mark.test(character) ? 0 : wide.test(character) ? 2 : 1

export function displayWidth(text: string): number {
  let width = 0
  for (const character of text) width += widthOfCharacter(character)
  return width
}

/** The longest beginning that fits, and the rest. At least one character is taken, so that it ends. */
function splitAt(text: string, width: number): readonly [string, string] {
  let taken = ''
  let used = 0
  for (const character of text) {
    used += widthOfCharacter(character)
    if (used > width && taken !== '') break
    taken += character
  }
  return [taken, text.slice(taken.length)]
}

/** Lines no wider than `width`, broken at spaces where there are any. Width 2 or more. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (displayWidth(longer) <= width) {
      line = longer
      continue
    }
    if (line !== '') lines.push(line)
    let rest = word
    while (displayWidth(rest) > width) {
      const [head, tail] = splitAt(rest, width)
      lines.push(head)
      rest = tail
    }
    line = rest
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line]
}

/** Short pieces side by side, as many to a line as fit; a piece is broken only if it must be. */
export function flow(pieces: readonly string[], width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const piece of pieces) {
    const longer = line === '' ? piece : `${line} | ${piece}`
    if (line !== '' && displayWidth(longer) > width) {
      lines.push(...wrap(line, width))
      line = piece
    } else line = longer
  }
  return line === '' ? lines : [...lines, ...wrap(line, width)]
}

export const padEnd = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - displayWidth(text)))

export const padStart = (text: string, width: number): string =>
  ' '.repeat(Math.max(0, width - displayWidth(text))) + text
