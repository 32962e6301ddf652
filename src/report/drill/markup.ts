declare const brand: unique symbol

/** HTML or SVG whose every interpolated value is escaped. */
export type Markup = string & { readonly [brand]: 'Markup' }

const named: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Log lines and names come from machines: none of them may become markup. */
export function markup(
  texts: TemplateStringsArray,
  ...values: readonly (string | number | { readonly markup: Markup | readonly Markup[] })[]
): Markup {
  const rendered = values.map((value) => {
    if (typeof value !== 'object') return String(value).replace(/[&<>"']/g, (sign) => named[sign] ?? sign)
    return typeof value.markup === 'string' ? value.markup : value.markup.join('\n')
  })
  return texts.reduce((all, text, index) => all + (rendered[index - 1] ?? '') + text) as Markup
}
