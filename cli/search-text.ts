/** What a search found, as a table: ids and names cut, terms by their labels. JSON has all of it. */
import type { SearchItem } from '../client/index.js'
import type { Settings } from './config.js'
import { aliasOf } from './identity.js'
import { clean, countryText, ID_DIGITS, shortId, table, termLabel, utc } from './output.js'

/** Names and terms of one cell; of more, how many. */
const CELL_ITEMS = 2
/** Longest name shown, in characters. */
const NAME_CHARS = 40
const HEAD = ['id', 'type', 'entry', 'recorded', 'parties', 'where', 'purposes', 'data']

export function searchTable(items: readonly SearchItem[], settings: Settings): readonly string[] {
  return table([
    HEAD,
    ...items.map((item) => [
      shortId(item.id),
      clean(item.type),
      String(item.index),
      utc(item.time),
      partiesText(item, settings),
      whereText(item),
      listText(item.purposes.map(termLabel)),
      dataText(item),
    ]),
  ])
}

/** Exporter before importer; a party that has several roles once. */
function partiesText({ parties, name }: SearchItem, settings: Settings): string {
  const ids = [...new Set(Object.values(parties))]
  const names = ids.map((party) => clean(aliasOf(party, settings) ?? party.slice(0, ID_DIGITS)))
  const known = name === undefined ? '' : ` ${cut(name)}`
  return `${names.join(' -> ')}${known}` || '-'
}

function whereText({ from, to, country }: SearchItem): string {
  if (from !== undefined && to !== undefined) return `${countryText(from)} to ${countryText(to)}`
  return country === undefined ? '-' : countryText(country)
}

function dataText({ datasets, artefact, about }: SearchItem): string {
  if (artefact !== undefined) return cut(artefact.name)
  if (about !== undefined) return `refuses ${shortId(about)}`
  return listText(datasets.map(({ n, name }) => `${n}: ${cut(name)}`))
}

function listText(words: readonly string[]): string {
  if (words.length === 0) return '-'
  const more = words.length - CELL_ITEMS
  return `${words.slice(0, CELL_ITEMS).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

function cut(text: string): string {
  const characters = [...text]
  const shown =
    characters.length > NAME_CHARS ? [...characters.slice(0, NAME_CHARS - 1), '…'] : characters
  return clean(shown.join(''))
}
