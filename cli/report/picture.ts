/**
 * A lineage as an SVG picture: boxes for statements, arrows along which the data went.
 *
 * Where things stand is decided by dagre, from the collections at the top to what was asked about
 * at the bottom. What a box says is never only in its colour.
 */
import type { GraphNodeKind } from '../lineage-graph.js'
import { type Box, type Point, placed } from './layout.js'
import { type Content, type Markup, markup } from './markup.js'

export type PictureTone = 'good' | 'warn' | 'bad'

export type PictureNode = {
  readonly id: string
  readonly kind: GraphNodeKind
  readonly tone: PictureTone
  readonly lines: readonly string[]
}

export type PictureEdge = { readonly from: string; readonly to: string; readonly label: string }

/** Beyond this a picture helps nobody; the table beside it says the same. */
export const PICTURE_NODES_MAX = 400

const FONT_PX = 12
const CHAR_PX = 6.7
const LINE_PX = 16
const PAD_PX = 10
/** Characters that fit into one line of a box. */
export const LINE_CHARS = 40

const STROKES: Readonly<Record<PictureTone, string>> = {
  good: '#10602a',
  warn: '#7a4a00',
  bad: '#a40e26',
}
const DASHES: Readonly<Record<GraphNodeKind, string>> = {
  statement: 'none',
  stub: '6 3',
  gap: '2 3',
}

/** The SVG element; `title` and `description` are what a screen reader says in its place. */
export function pictureOf(
  nodes: readonly PictureNode[],
  edges: readonly PictureEdge[],
  { title, description }: { readonly title: string; readonly description: string },
): Markup {
  const boxes = nodes.map((node) => ({ ...node, lines: node.lines.map(shortened) }))
  const sizes = boxes.map(({ lines }) => ({
    width: Math.round(Math.max(...lines.map((line) => line.length), 1) * CHAR_PX) + 2 * PAD_PX,
    height: lines.length * LINE_PX + 2 * PAD_PX,
  }))
  const positions = new Map(nodes.map(({ id }, position) => [id, position]))
  const drawn = edges.flatMap(({ from, to, label }) => {
    const ends = [positions.get(from), positions.get(to)] as const
    return ends[0] === undefined || ends[1] === undefined
      ? []
      : [{ arrow: [ends[0], ends[1]] as const, label }]
  })
  const place = placed(
    sizes,
    drawn.map(({ arrow }) => arrow),
  )
  const size = [place.width, place.height] as const
  return markup`<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="picture-title picture-description" width="${size[0]}" height="${size[1]}" viewBox="0 0 ${size[0]} ${size[1]}" font-family="system-ui, sans-serif" font-size="${FONT_PX}">
<title id="picture-title">${title}</title><desc id="picture-description">${description}</desc>
<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" fill="#4d5561"/></marker></defs>
${place.ways.map((way, position) => edgeMarkup(way, drawn[position]?.label ?? ''))}
${place.boxes.map((box, position) => {
  const node = boxes[position]
  return node === undefined ? '' : nodeMarkup(node, box)
})}
</svg>`
}

function edgeMarkup(points: readonly Point[], label: string): Content {
  const way = points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')
  return markup`<polyline points="${way}" fill="none" stroke="#4d5561" stroke-width="1.3" marker-end="url(#arrow)"><title>${label}</title></polyline>
`
}

function nodeMarkup({ tone, kind, lines }: PictureNode, { x, y, width, height }: Box): Content {
  const left = x - width / 2
  const top = y - height / 2
  const texts = lines.map(
    (line, position) =>
      markup`<text x="${(left + PAD_PX).toFixed(1)}" y="${(top + PAD_PX + FONT_PX + position * LINE_PX).toFixed(1)}" fill="#1b1f24"${position === 0 ? BOLD : ''}>${line}</text>`,
  )
  return markup`<g><rect x="${left.toFixed(1)}" y="${top.toFixed(1)}" width="${width}" height="${height}" rx="${kind === 'stub' ? 12 : 3}" fill="#ffffff" stroke="${STROKES[tone]}" stroke-width="2" stroke-dasharray="${DASHES[kind]}"/>${texts}</g>
`
}

const BOLD = markup` font-weight="600"`

function shortened(line: string): string {
  const characters = [...line]
  return characters.length <= LINE_CHARS ? line : `${characters.slice(0, LINE_CHARS - 1).join('')}…`
}
