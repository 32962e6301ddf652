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
}

/** Names of blocks that Handlebars itself has. */
export const blockHelpers: readonly string[] = ['if', 'unless', 'each', 'with']

/** What `if` takes for true: no empty text or list, not 0, not nothing. */
function holds(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value)
}
