// Text from venues, chats and files as it may be shown to people: no character in it can move the
// cursor, turn the reading direction round, or hide. Every surface passes what it shows through here.

// Control codes and escapes (Cc), direction marks and format characters (Cf), whatever is invisible
// by definition (DI: zero-width, fillers, variation selectors), halves of characters, private and
// unassigned ones, line separators, and the blank Braille cell.
const hidden = /[\p{Cc}\p{Cf}\p{DI}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u2800]/gu
// White space as Unicode has it; JavaScript's \s would take the invisible byte order mark for a space.
const blank = /[\p{White_Space}]+/gu
// More than two marks on one letter draw over the lines around it.
const piled = /(\p{M}{2})\p{M}+/gu

/** One line: runs of white space, line breaks included, become one space. */
export const plainLine = (text: string): string =>
  text
    .replaceAll(blank, ' ')
    .replaceAll(hidden, '')
    .replaceAll(piled, '$1')
    .replaceAll(/ {2,}/g, ' ')
    .trim()

/** The same for a text of several lines, whose line breaks stay. */
export const plainLines = (text: string): readonly string[] =>
  text.split(/\r\n|[\n\r\u2028\u2029]/).map(plainLine)
