/**
 * Where boxes and arrows of a picture stand: dagre's layered layout.
 *
 * Its own type declarations name files without their endings, which TypeScript refuses for modules of
 * Node; so it is loaded as CommonJS, with the types of the few calls made here.
 */
import { createRequire } from 'node:module'

export type Point = { readonly x: number; readonly y: number }
/** Its centre and its size. */
export type Box = Point & { readonly width: number; readonly height: number }
type Size = Pick<Box, 'width' | 'height'>

type DagreGraph = {
  setGraph(settings: Readonly<Record<string, string | number>>): void
  setNode(name: string, size: Size): void
  setEdge(from: string, to: string, label: object, name: string): void
  graph(): Partial<Size>
  node(name: string): Box
  edge(edge: { readonly v: string; readonly w: string; readonly name: string }): {
    readonly points: readonly Point[]
  }
}
type Dagre = {
  readonly graphlib: { readonly Graph: new (settings: { readonly multigraph: true }) => DagreGraph }
  layout(graph: DagreGraph): void
}

const require = createRequire(import.meta.url)
const { graphlib, layout } = require('@dagrejs/dagre') as Dagre

export type Placed = Size & {
  readonly boxes: readonly Box[]
  /** Turning points of each arrow, from its tail to its head. */
  readonly ways: readonly (readonly Point[])[]
}

/**
 * Places boxes from top to bottom, each below those it comes from. Sizes in pixels.
 *
 * @param arrows positions in `sizes`
 */
export function placed(
  sizes: readonly Size[],
  arrows: readonly (readonly [from: number, to: number])[],
): Placed {
  const graph = new graphlib.Graph({ multigraph: true })
  graph.setGraph({ rankdir: 'TB', nodesep: 24, ranksep: 34, marginx: 4, marginy: 4 })
  for (const [position, size] of sizes.entries()) graph.setNode(String(position), { ...size })
  for (const [position, [from, to]] of arrows.entries())
    graph.setEdge(String(from), String(to), {}, String(position))
  layout(graph)
  const { width = 0, height = 0 } = graph.graph()
  return {
    width: Math.ceil(width),
    height: Math.ceil(height),
    boxes: sizes.map((_, position) => graph.node(String(position))),
    ways: arrows.map(
      ([from, to], position) =>
        graph.edge({ v: String(from), w: String(to), name: String(position) }).points,
    ),
  }
}
