import { randomBytes } from 'node:crypto'
import { isCommon, type Marked, textOf } from '../../model/marked.ts'
import { learnMade, markedAs, type SecretReads, type Watch } from '../secret-reads.ts'

/** Tells what a template prints of secrets from the rest of its text. */
export interface Printer {
  /** What is read from here on is read for what is printed next. */
  begin(): void
  /** What is printed, in a form by which it is found again; `expression` is what is written in the template. */
  printed(text: string, expression: string): string
  /** A function given an item of a list has read it, though the list was read when its block began. */
  given(values: readonly unknown[]): void
  /** The text of a whole template. */
  marked(render: () => string): Marked
}

/** A printer that knows by `reads` what secrets are read. */
export function createPrinter(reads: SecretReads): Printer {
  // Nobody knows it beforehand, so no value can hold it.
  const mark = `\u{fdd0}${randomBytes(12).toString('hex')}`
  let watch: Watch | undefined
  let inBlocks: readonly Marked[] = []
  const settle = () => {
    const read = watch?.read ?? []
    watch?.done()
    watch = undefined
    return read
  }
  const ofBlocks = (text: string) => inBlocks.filter((one) => textOf(one) === text && !isCommon(text))
  return {
    begin: () => {
      settle()
      watch = reads.watch()
    },
    printed: (text, expression) => {
      const read = [...settle(), ...ofBlocks(text)]
      if (read.length === 0) return text
      learnMade(reads, { value: text, read }, expression)
      return markedAs(text, read)
        .map((piece) => (typeof piece === 'string' ? piece : `${mark}<${piece.secret}${mark}>`))
        .join('')
    },
    given: (values) => {
      for (const value of values)
        if (typeof value === 'string' || typeof value === 'number') reads.note(ofBlocks(String(value)))
    },
    marked: (render) => {
      const outside = reads.watch()
      inBlocks = outside.read
      try {
        return told(render(), mark)
      } finally {
        settle()
        outside.done()
      }
    },
  }
}

function told(text: string, mark: string): Marked {
  const [first = '', ...others] = text.split(mark)
  return [first, ...others.map((part) => (part.startsWith('<') ? { secret: part.slice(1) } : part.slice(1)))]
}
