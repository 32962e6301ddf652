import { JinjaError } from '../../jinja/failure.ts'
import { truth } from '../../jinja/values.ts'

/** Values of an ini or a properties file, by the names of their keys. */
export function iniValues(
  text: string,
  names: readonly string[],
  options: ReadonlyMap<string, unknown>,
): readonly unknown[] {
  const section = options.get('type') === 'properties' ? '' : String(options.get('section') ?? 'global')
  const values = sectionOf(text, section, options.get('type') === 'properties')
  return names.flatMap((name): readonly unknown[] => {
    if (truth(options.get('re') ?? false)) {
      const pattern = new RegExp(name)
      return [...values].filter(([key]) => pattern.test(key)).map(([, value]) => value)
    }
    const key = truth(options.get('case_sensitive') ?? false) ? name : name.toLowerCase()
    const found = [...values].find(([one]) => one === name || one.toLowerCase() === key)
    if (found) return [found[1]]
    if (options.has('default')) return [options.get('default')]
    if (truth(options.get('allow_none') ?? false)) return [null]
    throw new JinjaError(`there is no "${name}" in the section [${section}]`)
  })
}

function sectionOf(text: string, wanted: string, isProperties: boolean): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  let at = isProperties ? wanted : undefined
  let last: string | undefined
  for (const line of text.split(/\r?\n/)) {
    const [, name] = /^\[([^\]]+)\]/.exec(line) ?? []
    if (name !== undefined) at = name
    else if (/^\s*[#;]/.test(line) || line.trim() === '') last = line.trim() === '' ? undefined : last
    else if (/^\s/.test(line) && last !== undefined && at === wanted)
      values.set(last, `${values.get(last)}\n${line.trim()}`)
    else {
      const [, key = '', value = ''] = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(line.trim()) ?? []
      last = key
      if (at === wanted && key !== '') values.set(key, value)
    }
  }
  return values
}

/** A field of the row of a table that begins with this key; nothing where there is no such row. */
export function csvField(
  text: string,
  key: string,
  delimiterName: string,
  column: number,
): string | undefined {
  const delimiter = delimiterName === 'TAB' || delimiterName === 't' ? '\t' : delimiterName
  for (const line of text.split(/\r?\n/)) {
    const fields = fieldsOf(line, delimiter)
    if (fields[0] === key) {
      if (column >= fields.length)
        throw new JinjaError(`this row has ${fields.length} fields, and no field ${column}`)
      return fields[column]
    }
  }
  return undefined
}

function fieldsOf(line: string, delimiter: string): readonly string[] {
  const fields: string[] = []
  let field = ''
  let isQuoted = false
  for (let at = 0; at < line.length; at++) {
    const sign = line[at]
    if (sign === '"' && isQuoted && line[at + 1] === '"') {
      field += '"'
      at += 1
    } else if (sign === '"') isQuoted = !isQuoted
    else if (sign === delimiter && !isQuoted) {
      fields.push(field)
      field = ''
    } else field += sign
  }
  return [...fields, field]
}
