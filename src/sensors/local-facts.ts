import { decode } from './encoded.ts'

/** What the files tell that a host told of: lines of an encoding, a status, a name and the encoded text. */
export function readLocalFacts(output: string): Readonly<Record<string, unknown>> {
  const facts: Record<string, unknown> = Object.create(null)
  for (const [, how = '', status = '', name = '', body = ''] of output.matchAll(
    /^fact (\w+) (\d+) (.*)\.fact((?:\n[A-Za-z0-9+/=]*$)*)/gm,
  )) {
    const text = Buffer.from(decode(how, body)).toString('utf8')
    facts[name] =
      status === '0' ? read(text, name) : `Failure executing fact script (${name}.fact), rc: ${status}`
  }
  return facts
}

function read(text: string, name: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return readIni(text) ?? `error loading facts as JSON or ini - please check content: ${name}.fact`
  }
}

/** As Python's configparser reads them: names in small letters, values as text; `undefined` where it is no such file. */
function readIni(text: string): Readonly<Record<string, Readonly<Record<string, string>>>> | undefined {
  const sections: Record<string, Record<string, string>> = Object.create(null)
  let [section, option]: [string | undefined, string | undefined] = [undefined, undefined]
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*(?:[#;]|$)/.test(line)) continue
    const values: Record<string, string> | undefined = section === undefined ? undefined : sections[section]
    const heading = /^\[([^\]]+)\]/.exec(line)?.[1]
    if (heading !== undefined) {
      section = heading
      option = undefined
      sections[section] ??= Object.create(null)
    } else if (/^\s/.test(line) && values && option !== undefined) values[option] += `\n${line.trim()}`
    else {
      const [, key, value = ''] = /^\s*([^=:]+?)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? []
      if (key === undefined || !values) return undefined
      option = key.toLowerCase()
      values[option] = value
    }
  }
  const { DEFAULT: always = {}, ...others } = sections
  return Object.fromEntries(Object.entries(others).map(([name, values]) => [name, { ...always, ...values }]))
}
