import { z } from 'zod'
import { pythonRegExp } from '../model/python-regexp.ts'
import type { ResourceKind } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import { type CommandReading, outcomeOf } from '../sensors/commands.ts'
import { decode, encoder } from '../sensors/encoded.ts'
import { embed, sh } from '../shell/quote.ts'
import { askFile, convergeFile } from './content.ts'
import { absolutePath } from './fields.ts'
import { pythonPattern } from './python-pattern.ts'
import { refuse } from './refuse.ts'
import { textEditFields } from './text-edit.ts'

const { create: _, path, ...editFields } = textEditFields

const schema = z.strictObject({
  ...editFields,
  path,
  src: absolutePath.describe('The directory of the machine whose files are put together.'),
  delimiter: z.string().optional().describe('What stands between them.'),
  regexp: pythonPattern.optional().describe('Only files with names that match.'),
  hidden: z.boolean().default(true).describe('Files with a dot before their names, too.'),
})

type Assembled = z.infer<typeof schema>

/** A file put together from the files of a directory, in the order of their names. */
export const assembled: ResourceKind<
  Assembled,
  ReturnType<typeof askFile> & { parts: Query<CommandReading> }
> = {
  name: 'assemble',
  summary: 'A file put together from the files of a directory, in the order of their names.',
  schema,
  subject: ({ path }) => path,
  inspect: ({ path, src }) => ({
    ...askFile(path),
    parts: { ...outcomeOf(partsOf(src)), about: [`file:${src}`] },
  }),
  converge: (wanted, { parts, ...found }, upcoming) => {
    const { src, delimiter, regexp, hidden } = wanted
    if (parts.rc !== 0) return refuse(`there is no directory ${src} that can be read`)
    const expression = regexp === undefined ? undefined : pythonRegExp(regexp)
    const files = [...parts.stdout.matchAll(/^part (\S+) (.*)((?:\n[A-Za-z0-9+/=]+$)*)/gm)]
      .map(([, how = '', name = '', text = '']) => ({
        name,
        text: new TextDecoder().decode(decode(how, text)),
      }))
      .filter(({ name }) => (hidden || !name.startsWith('.')) && (expression?.test(name) ?? true))
    const ended = (text: string) => (delimiter !== undefined && !text.endsWith('\n') ? `${text}\n` : text)
    const mark = delimiter === undefined ? '' : ended(delimiter.replaceAll('\\n', '\n'))
    const content = files
      .map(({ text }, at) => (at === 0 ? '' : mark) + (at < files.length - 1 ? ended(text) : text))
      .join('')
    return convergeFile({ ...wanted, content }, found, upcoming)
  },
}

function partsOf(src: string) {
  return sh`cd -- ${src} || exit 1
${embed(encoder)}
LC_ALL=C; export LC_ALL
for us_f in .[!.]* *; do
  if [ -f "$us_f" ]; then printf 'part %s %s\n' "$us_how" "$us_f"; us_encode <"$us_f"; fi
done`
}
