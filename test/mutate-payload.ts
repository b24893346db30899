// What somebody may send who has seen a button and wants it to be another one.

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

const mutationsOf = (random: (below: number) => number): readonly ((data: string) => string)[] => {
  const letter = () => alphabet[random(alphabet.length)] as string
  return [
    (data) => {
      const at = random(data.length)
      return data.slice(0, at) + letter() + data.slice(at + 1)
    },
    (data) => data.slice(0, random(data.length)),
    (data) => data + letter(),
    (data) => data.toLowerCase(),
    (data) => data.split('').toReversed().join(''),
    (data) => `${data}==`,
    (data) => `${data.replaceAll('-', '+').replaceAll('_', '/')}=`,
    (data) => data.slice(1) + data.slice(0, 1),
    (data) => Array.from(data, letter).join(''),
    (data) => ` ${data}`,
    (data) => `${data}\0`,
    // The last letter holds four bits that base64 does not need: another one decodes to the same.
    (data) => data.slice(0, -1) + alphabet[(alphabet.indexOf(data.at(-1) ?? 'A') + 1) % 64],
  ]
}

/** Answers with payloads that are never `data` itself, the same ones for the same seed. */
export function payloadsLike(data: string, seed: number): () => string {
  let state = seed
  let count = 0
  const random = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.floor((state / 2 ** 31) * below)
  }
  const mutations = mutationsOf(random)
  return function next(): string {
    const mutate = mutations[count++ % mutations.length] as (text: string) => string
    const payload = mutate(count % 3 === 0 && data.length > 0 ? mutate(data) || data : data)
    return payload === data ? next() : payload
  }
}
