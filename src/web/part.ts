import { createHash } from 'node:crypto'
import { type Markup, markup } from '../report/drill/markup.ts'

/** A part of a page that is sent anew, alone, when it is no longer what it was. */
export interface Part {
  readonly id: string
  readonly html: Markup
}

/** An element with an id and a mark of what is in it, by which the page that is open knows whether it has it already. */
export function part(
  tag: 'div' | 'tr' | 'ol' | 'p',
  { id, className = '', role }: { readonly id: string; readonly className?: string; readonly role?: string },
  inner: Markup,
): Part {
  const mark = createHash('sha256').update(`${className}\n${inner}`).digest('base64url').slice(0, 12)
  const name = tag as string as Markup
  const asRole = role === undefined ? markup`` : markup` role="${role}"`
  const html = markup`<${{ markup: name }} id="${id}" data-mark="${mark}" class="${className}"${{ markup: asRole }}>${{ markup: inner }}</${{ markup: name }}>`
  return { id, html }
}
