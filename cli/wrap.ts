/** Long lines in drawings, broken at spaces. */

/** Characters of a line in a drawing. */
const LINE_CHARS = 60

/** Breaks a text at spaces into lines of at most `chars` characters; a longer word stays whole. */
export function wrapped(text: string, chars = LINE_CHARS): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > chars) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
