import { versionsOfHost } from '../sensors/versions.ts'
import type { Observed } from './observe.ts'
import { factsOfHost } from './proofs/holder.ts'

/** What a machine runs, with versions, for people: `keepalived 2.2.7`, `Debian GNU/Linux 12 (bookworm)`, `Linux 6.1`. */
export function softwareOf(member: Observed): readonly string[] {
  const { os, kernel } = member.read(factsOfHost)
  const programs = [...member.read(versionsOfHost)].map(([name, version]) => `${name} ${version}`)
  return [...programs, os.name, `Linux ${kernel}`]
}
