/** A value as Ansible writes it into a file: text as it is, truth values as Python names them, lists and mappings as JSON. */
export function writtenByPython(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  return typeof value === 'object' && value !== null ? json(value) : String(value)
}

/** As `json.dumps` of Python writes it, with blanks and nothing beyond ASCII. */
function json(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(json).join(', ')}]`
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([name, one]) => `${json(name)}: ${json(one)}`)
      .join(', ')}}`
  const escaped = (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
  return JSON.stringify(value).replaceAll(/[\u007f-\uffff]/g, escaped)
}
