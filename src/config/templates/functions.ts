/** Helpers of templates, beside Handlebars' own if, unless, each, with and lookup; docs/playbooks.md lists them. */
export const functions: Readonly<Record<string, (...values: readonly unknown[]) => unknown>> = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  and: (...values) => values.slice(0, -1).every(holds),
  or: (...values) => values.slice(0, -1).some(holds),
  not: (value) => !holds(value),
  join: (list, separator) =>
    Array.isArray(list) ? list.join(typeof separator === 'string' ? separator : ',') : list,
  json: (value) => JSON.stringify(value),
  xml: (value) => inOneLine(value).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`),
  haproxy: (...values) => haproxyWord(values.slice(0, -1).map(inOneLine).join('')),
}

/**
 * One word of HAProxy's configuration (2.2 of its manual): between single quotes everything stands for itself, where a
 * `#` would begin a comment and a space end the word.
 */
function haproxyWord(text: string): string {
  return /^[\w.:@%+=,/-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

/** Neither format has a way to write a line break, or another control character, in a value. */
function inOneLine(value: unknown): string {
  const text = String(value)
  if (/\p{Cc}/u.test(text))
    throw new Error('a value with a line break or a control character cannot stand here')
  return text
}

/** Names of blocks that Handlebars itself has. */
export const blockHelpers: readonly string[] = ['if', 'unless', 'each', 'with']

/** What `if` takes for true: no empty text or list, not 0, not nothing. */
function holds(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value)
}
