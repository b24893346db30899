// A strict reader of RFC 4180, for tests that hand out CSV.

/** @throws Error for a quote in a bare field, a stray carriage return or a quote that is not closed. */
export function readCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = []
  let row: string[] = []
  let at = 0
  while (at < text.length) {
    const [field, next] = text[at] === '"' ? readQuoted(text, at) : readBare(text, at)
    row.push(field)
    at = next
    if (text[at] === ',') {
      at++
      if (at === text.length) throw new Error('the last line is cut off')
    } else if (text.startsWith('\r\n', at)) {
      rows.push(row)
      row = []
      at += 2
    } else throw new Error(`neither a comma nor a line's end at ${at}`)
  }
  if (row.length > 0) throw new Error('the last line is cut off')
  return rows
}

function readBare(text: string, start: number): readonly [string, number] {
  const length = text.slice(start).search(/[,"\r\n]/)
  const end = length === -1 ? text.length : start + length
  return [text.slice(start, end), end]
}

function readQuoted(text: string, start: number): readonly [string, number] {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 2))
    if (text[end + 1] !== '"') return [text.slice(start + 1, end).replaceAll('""', '"'), end + 1]
  throw new Error('a quote is not closed')
}
