/**
 * Many small objects between threads as one JSON text: cloning them costs more than what was done to
 * make them. Items that hold bytes, such as keys, are few and are cloned.
 */

export type Texted<Item> = {
  /** The items as JSON; null where one was cloned. */
  readonly text: string
  readonly cloned: readonly (readonly [position: number, item: Item])[]
}

/** Members that are undefined are left out on the way. */
export function toText<Item>(
  items: readonly Item[],
  holdsBytes: (item: Item) => boolean,
): Texted<Item> {
  const cloned: (readonly [number, Item])[] = []
  const plain = items.map((item, position) => {
    if (!holdsBytes(item)) return item
    cloned.push([position, item])
    return null
  })
  return { text: JSON.stringify(plain), cloned }
}

/** Our own thread wrote the text just now: what it says is not judged here. */
export function fromText<Item>({ text, cloned }: Texted<Item>): readonly Item[] {
  const items = JSON.parse(text) as Item[]
  for (const [position, item] of cloned) items[position] = item
  return items
}
