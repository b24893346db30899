// Reads test files without running them: which tests they hold, under which titles.
import { parseAst } from 'vitest/node'

type Node = { readonly type: string } & Readonly<Record<string, unknown>>

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'

const kinds: readonly string[] = ['test', 'it', 'describe', 'suite']
/** What keeps a test from running, somewhere or everywhere, or turns its meaning round. */
const deadWords: readonly string[] = ['skip', 'todo', 'skipIf', 'runIf', 'fails']

/** "test.concurrent.for" as its words; undefined for what is no call of a test function. */
function wordsOf(callee: unknown): readonly string[] | undefined {
  if (!isNode(callee)) return undefined
  switch (callee.type) {
    case 'Identifier':
      return kinds.includes(String(callee['name'])) ? [String(callee['name'])] : undefined
    case 'MemberExpression': {
      const { object, property } = callee
      const before = wordsOf(object)
      return before && [...before, isNode(property) ? String(property['name']) : '']
    }
    case 'CallExpression':
      return wordsOf(callee['callee'])
    case 'TaggedTemplateExpression':
      return wordsOf(callee['tag'])
    default:
      return undefined
  }
}

/** The words of a title as far as they stand in the file; undefined where it is made elsewhere. */
function titleOf(argument: unknown): string | undefined {
  if (!isNode(argument)) return undefined
  if (argument.type === 'Literal')
    return typeof argument['value'] === 'string' ? argument['value'] : undefined
  if (argument.type !== 'TemplateLiteral') return undefined
  const quasis = argument['quasis'] as readonly { readonly value: { readonly raw: string } }[]
  return quasis.map(({ value }) => value.raw).join('…')
}

/** `test('…', { skip: true }, …)`: an option that may switch a test off makes it one that may not run. */
const isSwitchedOff = (argument: unknown): boolean =>
  isNode(argument) &&
  argument.type === 'ObjectExpression' &&
  (argument['properties'] as readonly Node[]).some(
    ({ key }) => isNode(key) && deadWords.includes(String(key['name'] ?? key['value'])),
  )

const hasBody = (argument: unknown): boolean =>
  isNode(argument) && argument.type !== 'Literal' && argument.type !== 'ObjectExpression'

/**
 * The titles of all tests in a file's text that run wherever the file does, each with those of the
 * describes around it, outermost first. Left out: what is commented out, skipped, to do, run on a
 * condition, expected to fail, or has no body, and all inside a describe of that kind.
 * @throws SyntaxError for what is no TypeScript.
 */
export function testTitles(source: string): readonly (readonly string[])[] {
  const found: (readonly string[])[] = []
  const visit = (node: unknown, around: readonly string[]): void => {
    if (Array.isArray(node)) {
      for (const one of node) visit(one, around)
      return
    }
    if (!isNode(node)) return
    let inside = around
    if (node.type === 'CallExpression') {
      const words = wordsOf(node['callee'])
      const [first, ...others] = node['arguments'] as readonly unknown[]
      const title = titleOf(first)
      if (words !== undefined && title !== undefined && others.length > 0) {
        if (words.some((word) => deadWords.includes(word)) || others.some(isSwitchedOff)) return
        if (!others.some(hasBody)) return
        inside = [...around, title]
        if (words[0] === 'test' || words[0] === 'it') found.push(inside)
      }
    }
    for (const [key, value] of Object.entries(node)) if (key !== 'type') visit(value, inside)
  }
  visit(parseAst(source, { lang: 'ts' }), [])
  return found
}
