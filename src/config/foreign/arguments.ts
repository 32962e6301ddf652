import { quotedText } from '../../jinja/text.ts'
import type { Built } from './controller.ts'

/** Arguments of a module as it reads them: in the style that ansible-core found it to have. */
export function argumentsFor(
  { style }: Pick<Built, 'style'>,
  given: Readonly<Record<string, unknown>>,
): string {
  if (style === 'new') return json({ ANSIBLE_MODULE_ARGS: given })
  if (style !== 'old') return json(given)
  return Object.entries(given)
    .map(([name, value]) => `${name}=${shellQuoted(typeof value === 'string' ? value : inPython(value))} `)
    .join('')
}

/** JSON with nothing beyond ASCII: whatever the locale of the host, it reads the same. */
function json(value: unknown): string {
  const escaped = (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
  return JSON.stringify(value).replaceAll(/[\u007f-\uffff]/g, escaped)
}

/** As Python writes a value that is no text. */
function inPython(value: unknown): string {
  if (value === null || value === undefined) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'string') return quotedText(value)
  if (Array.isArray(value)) return `[${value.map(inPython).join(', ')}]`
  if (typeof value !== 'object') return String(value)
  const parts = Object.entries(value).map(([name, one]) => `${quotedText(name)}: ${inPython(one)}`)
  return `{${parts.join(', ')}}`
}

/** As the quoting of a shell has it, which modules of the old style undo. */
function shellQuoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`
}
