import type { z } from 'zod'
import { fileMarks } from '../resources/file-marks.ts'
import { fields, fileOptions } from './file-options.ts'
import type { Option } from './option.ts'

/** Options that mark a file beside its owner and mode. */
const words = ['seuser', 'serole', 'setype', 'selevel', 'attributes'] as const

/** What an archive brings, and where a link leads, is known on the machine only. */
const elsewhere: Readonly<Record<string, string>> = {
  archive: 'say it of what was unpacked, with "file" and "recurse: yes"',
  unpacked_url: 'say it of what was unpacked, with "file" and "recurse: yes"',
  link: 'say it of what the link points to',
}

/** What becomes of a task: a kind of resource, and its fields. */
interface Made {
  readonly kind: string
  readonly fields: Readonly<Record<string, unknown>>
}

type Found = z.ZodSafeParseResult<z.infer<typeof fileMarks>>

/** What a task says of the marks of the file that it makes, where it says something. */
export function marksOf(
  options: Readonly<Record<string, Option>>,
  given: Readonly<Record<string, unknown>>,
  meaning: Made,
): Found | { readonly refused: string; readonly option: string } | undefined {
  const said = words.find((word) => given[word] !== undefined)
  // What is not to be there carries nothing.
  if (said === undefined || options[said] !== fileOptions[said] || meaning.kind === 'gone') return undefined
  const instead = elsewhere[meaning.kind]
  if (instead !== undefined) return { refused: `not done here: ${instead}`, option: said }
  const recurse = meaning.fields.recurse === true
  const usual = words.find((word) => given[word] === '_default')
  if (recurse && usual !== undefined)
    return { refused: 'run restorecon -R with "command": each has a label of its own', option: usual }
  const marks = fields(Object.fromEntries(words.map((word) => [word, given[word]])))
  return fileMarks.safeParse({ ...marks, ...placeOf(meaning), recurse })
}

/** Where that file goes; `name`: what it is called where its path turns out to be a directory. */
function placeOf({ kind, fields: of }: Made): Readonly<Record<string, unknown>> {
  const path = String(of.path ?? of.dest)
  switch (kind) {
    case 'copy':
    case 'template':
      return fields({ paths: [path], name: of.name })
    case 'download':
      return { paths: [path.replace(/(?<=.)\/+$/, '')], name: lastOf(String(of.url).replace(/[?#].*$/s, '')) }
    case 'copied':
      return of.into ? { paths: [below(path, lastOf(of.src))] } : { paths: [path], name: lastOf(of.src) }
    case 'copied_tree': {
      const files = (of.tree as readonly { readonly is: string; readonly path: string }[]).filter(
        ({ is }) => is === 'file',
      )
      return { paths: files.length === 0 ? [path] : files.map((one) => below(path, one.path)) }
    }
    default:
      return { paths: [path] }
  }
}

function below(directory: string, name: string): string {
  return `${directory === '/' ? '' : directory}/${name}`
}

function lastOf(path: unknown): string {
  const name = String(path).replace(/\/+$/, '')
  return name.slice(name.lastIndexOf('/') + 1)
}
