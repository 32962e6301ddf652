import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import { askFile } from './content.ts'
import { absolutePath, ownership } from './fields.ts'
import { gone } from './paths.ts'
import { convergeText, linesOf } from './text-edit.ts'

const schema = z.strictObject({
  path: absolutePath.describe('The file.'),
  name: z
    .string()
    .regex(/^[^\]\n\0]+$/, 'must be a name')
    .describe('The section.'),
  values: z.record(z.string(), z.string()).describe('All that the section is to hold.'),
  state: z
    .enum(['present', 'absent'])
    .default('present')
    .describe('`absent`: the file has no such section, and goes when it has no other.'),
  ...ownership,
})

type Section = z.infer<typeof schema>

/** A repository of dnf or yum: a section of a file. */
export const yumRepository: ResourceKind<Section, ReturnType<typeof askFile>> = {
  name: 'yum_repository',
  summary: 'A repository of dnf or yum.',
  schema,
  subject: ({ name }) => name,
  inspect: ({ path }) => askFile(path),
  converge: (wanted, found, upcoming) => {
    const { path, state } = wanted
    let isLast = false
    const change = convergeText(
      { ...wanted, create: true, validate: undefined, backup: false },
      (text) => {
        if (text === undefined && state === 'absent') return undefined
        const edited = withSection(linesOf(text ?? ''), wanted)
        isLast = edited.trim() === ''
        return edited
      },
      found,
      upcoming,
    )
    return isLast ? gone.converge({ path }, { at: found.at }, upcoming) : change
  },
}

function withSection(all: readonly string[], { name, values, state }: Section): string {
  const from = all.indexOf(`[${name}]\n`)
  const next = all.findIndex((line, at) => at > from && line.startsWith('['))
  const to = next < 0 ? all.length : next
  const body = Object.entries(values)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key} = ${value.replaceAll('\n', '\n       ')}\n`)
  const ours = state === 'present' ? [`[${name}]\n`, ...body, '\n'] : []
  return (from < 0 ? [...all, ...ours] : [...all.slice(0, from), ...ours, ...all.slice(to)]).join('')
}
