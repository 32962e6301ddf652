import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import { askFile } from './content.ts'
import { convergeEdit } from './edit.ts'

const path = '/etc/hosts'

const hostNames = z
  .string()
  .regex(/^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?$/, 'must be the name of a host')

const schema = z
  .strictObject({
    address: z.union([z.ipv4(), z.ipv6()]).describe('The address, IPv4 or IPv6.'),
    names: z
      .union([hostNames, z.array(hostNames)])
      .transform((names) => (typeof names === 'string' ? [names] : names))
      .default([])
      .describe('Names of the address. Others it has already are kept.'),
    state: z
      .enum(['present', 'absent'])
      .default('present')
      .describe('`absent` takes these names from the address, or all where none are given.'),
  })
  .check((context) => {
    const { names, state } = context.value
    if (state === 'absent' || names.length > 0) return
    context.issues.push({ code: 'custom', input: names, path: ['names'], message: '`names` is missing' })
  })

type HostsEntry = z.infer<typeof schema>

/** Names of an address in /etc/hosts. */
export const hostsEntry: ResourceKind<HostsEntry, ReturnType<typeof askFile>> = {
  name: 'hosts_entry',
  summary: 'Names of an address in /etc/hosts, beside those it has already.',
  schema,
  subject: ({ address }) => address,
  inspect: () => askFile(path),
  converge: (wanted, found, upcoming) => {
    const edit = (lines: readonly string[]) => withNames(lines, wanted)
    return convergeEdit({ path, create: true, backup: false, edit }, found, upcoming)
  },
}

/** One line of the file, taken apart; `undefined` where it is no entry for the address. */
function entryFor(address: string, line: string) {
  const [entry = '', ...comment] = line.split('#')
  const [found, ...names] = entry.trim().split(/\s+/)
  return found === address
    ? { names, comment: comment.length > 0 ? ` #${comment.join('#')}` : '' }
    : undefined
}

function withNames(lines: readonly string[], { address, names, state }: HostsEntry): readonly string[] {
  if (state === 'absent') {
    return lines.flatMap((line) => {
      const entry = entryFor(address, line)
      if (!entry) return [line]
      const kept = names.length === 0 ? [] : entry.names.filter((name) => !names.includes(name))
      if (kept.length === entry.names.length) return [line]
      return kept.length === 0 ? [] : [`${address}\t${kept.join(' ')}${entry.comment}`]
    })
  }
  const known = new Set(lines.flatMap((line) => entryFor(address, line)?.names ?? []))
  const missing = names.filter((name) => !known.has(name))
  if (missing.length === 0) return lines
  const at = lines.findIndex((line) => entryFor(address, line))
  const entry = entryFor(address, lines[at] ?? '')
  if (!entry) return [...lines, `${address}\t${missing.join(' ')}`]
  return lines.with(at, `${address}\t${[...entry.names, ...missing].join(' ')}${entry.comment}`)
}
