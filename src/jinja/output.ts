import type { Marked } from '../model/marked.ts'
import type { Reads } from './surroundings.ts'
import { str } from './text.ts'
import type { Work } from './work.ts'

/** Something printed, with the secrets that were read for it. */
export interface Printed {
  readonly value: unknown
  readonly read: readonly Marked[]
  /** What stands in the template. */
  readonly written: string
}

/** What a template gives, in pieces: its own words, and what is printed. */
export type Pieces = readonly (string | Printed)[]

/** Pieces as they come. */
export class Output {
  readonly pieces: (string | Printed)[] = []
  #length = 0

  /** Words of the template. */
  words(text: string, work: Work): void {
    this.#length += text.length
    work.text(this.#length)
    this.pieces.push(text)
  }

  print(printed: Printed, work: Work): void {
    if (typeof printed.value === 'string') this.#length += printed.value.length
    work.text(this.#length)
    this.pieces.push(printed)
  }
}

/** A printed value in text; nothing is written as nothing, as Ansible has it. */
export function printedText(value: unknown, work: Work): string {
  return value === null || value === undefined ? '' : str(value, work)
}

/** All pieces as one text; whoever watches hears of the secrets in it. */
export function textOfPieces(pieces: Pieces, work: Work, reads: Reads): string {
  let length = 0
  return pieces
    .map((piece) => {
      const text = typeof piece === 'string' ? piece : printedText(piece.value, work)
      if (typeof piece !== 'string' && piece.read.length > 0) reads.note(piece.read)
      length += text.length
      work.text(length)
      return text
    })
    .join('')
}
