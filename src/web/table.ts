import { type Markup, markup } from '../report/drill/markup.ts'

/**
 * A table of which each row is a card on a narrow screen. What is shown as cards is none to a screen reader, unless its roles are said.
 */
export function table(label: string, heads: readonly string[], rows: readonly Markup[]): Markup {
  const head = heads.map((text) => markup`<th scope="col" role="columnheader">${text}</th>`)
  return markup`<table class="cards" role="table" aria-label="${label}"><thead role="rowgroup"><tr role="row">${{ markup: head }}</tr></thead>
<tbody role="rowgroup">${{ markup: rows }}</tbody></table>`
}

/** A row, and what it is about. */
export function row(about: Markup, cells: readonly Markup[]): Markup {
  return markup`<tr role="row"><th scope="row" role="rowheader">${{ markup: about }}</th>${{ markup: cells }}</tr>`
}

/** A cell under one of the heads, which a card says beside it. */
export function cell(head: string, inner: Markup): Markup {
  return markup`<td role="cell" data-head="${head}"><div>${{ markup: inner }}</div></td>`
}
