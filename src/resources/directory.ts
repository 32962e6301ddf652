import { z } from 'zod'
import type { Change } from '../model/change.ts'
import type { ResourceKind } from '../model/resource.ts'
import type { Script } from '../model/script.ts'
import type { Query } from '../model/sensor.ts'
import { type CommandReading, outcomeOf } from '../sensors/commands.ts'
import { type FileReading, fileAt } from '../sensors/files.ts'
import { embed, type Fragment, lines, sh } from '../shell/quote.ts'
import { absolutePath, ownership } from './fields.ts'
import { exactly, isMakers, meant, ownershipDifferences, ownershipScript } from './ownership.ts'
import { refuse } from './refuse.ts'
import { isOctal, resolvedMode } from './symbolic-mode.ts'
import { ifWritable } from './writable.ts'

const schema = z.strictObject({
  path: absolutePath.describe('The directory.'),
  state: z
    .enum(['present', 'absent'])
    .default('present')
    .describe('`absent` removes it with all that is in it.'),
  recurse: z.boolean().default(false).describe('All that is in it gets this owner and mode, too.'),
  parents: z
    .boolean()
    .default(false)
    .describe('Parents that are made get this owner and mode, too, instead of being root’s.'),
  ...ownership,
})

type Directory = z.infer<typeof schema>

interface Asked {
  readonly at: Query<FileReading>
  readonly [name: string]: Query<unknown>
}

/** A directory, its owner and its mode. Parents are made as needed, owned by root. */
export const directory: ResourceKind<Directory, Asked> = {
  name: 'directory',
  summary: 'A directory with an owner and a mode.',
  schema,
  subject: ({ path }) => path,
  inspect: ({ path, recurse }) => ({
    at: fileAt(path),
    ...(recurse ? { inside: { ...outcomeOf(insideOf(path)), about: [`file:${path}`] } } : {}),
  }),
  converge: (wanted, { at, inside }, upcoming) => {
    if (wanted.state === 'absent')
      return ifWritable(remove(wanted, at), { path: wanted.path, at, bytes: 0 }, upcoming)
    const obstacle = obstacleTo(wanted, at)
    if (obstacle) return upcoming.touches(fileAt(wanted.path)) ? undefined : refuse(obstacle)
    return ifWritable(make(wanted, at, inside as CommandReading | undefined), made(wanted, at), upcoming)
  },
}

/** What is no directory is not replaced by one, and a link is not followed. */
function obstacleTo({ path }: Directory, at: FileReading): string | undefined {
  if (at.type === 'absent' || at.type === 'directory') return undefined
  if (at.type === 'link')
    return `${path} is a link to ${at.target ?? 'something'}: name the directory it points to, or remove the link first`
  return `${path} is a ${at.type === 'other' ? 'device, pipe or socket' : 'file'}, not a directory`
}

/** Every combination of mode and owner that is met in there, links left aside. */
function insideOf(path: string) {
  return sh`find ${path} ! -type l -exec stat -c '%f %u %U %g %G' -- {} + 2>/dev/null | sort -u | head -n 1000`
}

/** One that is there gets another owner or mode at most. */
function made({ path }: Directory, at: FileReading): Parameters<typeof ifWritable>[1] {
  return at.type === 'directory' ? { path, at } : { path, at, bytes: 1 }
}

function make(wanted: Directory, at: FileReading, inside: CommandReading | undefined): Change | undefined {
  const { path, owner, group, mode } = wanted
  const differences = ownershipDifferences(wanted, at)
  const strays = inside?.stdout.split('\n').some((line) => line !== '' && isStray(line, wanted)) ?? false
  if (at.type === 'directory' && differences.length === 0 && !strays) return undefined
  const who = `${owner ?? ''}${group ? `:${group}` : ''}`
  return {
    summary: at.type === 'directory' ? 'set owner and mode' : 'create',
    differences: [
      ...(at.type === 'directory'
        ? []
        : [{ is: 'attribute' as const, name: 'type', before: at.type, after: 'directory' }]),
      ...differences,
      ...(strays
        ? [
            {
              is: 'attribute' as const,
              name: 'all in it',
              before: 'others',
              after: [who, mode].join(' ').trim(),
            },
          ]
        : []),
    ],
    script: lines(
      ...(at.type !== 'directory' && wanted.parents
        ? [madeFromTheTop(path, madeOwned(wanted, at, embed(sh`"$us_each"`), embed(sh`"\${us_each%/*}/"`)))]
        : [madeOwned(wanted, at, path, `${path.slice(0, path.lastIndexOf('/'))}/`)]),
      strays && who !== '' ? sh`chown -R -- ${who} ${path}` : sh``,
      ...(mode && inside ? modesInside(path, mode, inside) : []),
    ),
    impact: 'none',
    disturbs: [isOfItself(at, strays) ? `file:${path}/.` : `file:${path}`],
    ...(inside ? { keeps: 'nothing' as const } : {}),
  }
}

/**
 * Whether what is in it stays as it is: in one that is made nothing was before, and is not yet; and what root may do in there no
 * mode decides.
 */
function isOfItself(at: FileReading, strays: boolean): boolean {
  return at.type === 'absent' || (!strays && at.maker?.uid === 0)
}

/** Makes a directory, the parents as they come, with its owner and mode: what is new is never open to more than it is to be. */
function madeOwned(
  wanted: Directory,
  at: FileReading,
  path: string | Fragment,
  parent: string | Fragment,
): Script {
  const { owner, group, mode } = meant(wanted, at, true)
  const bare = sh`mkdir -p -- ${path}`
  if (at.type !== 'absent' || mode === undefined)
    return lines(bare, ownershipScript({ owner, group, mode }, path))
  // Nothing is made where something stands by now, or where a parent is missing.
  const withMode = sh`mkdir -m ${exactly(mode)} -- ${path} 2>/dev/null || { mkdir -p -- ${path} && chmod ${exactly(mode)} -- ${path}; }`
  if (!isMakers({ owner, group }, at)) return lines(withMode, ownershipScript({ owner, group }, path))
  return lines(
    withMode,
    // A directory may give its own group to what is made in it.
    ...(group === undefined ? [] : [sh`if [ -g ${parent} ]; then chgrp ${group} -- ${path}; fi`]),
  )
}

/** Does this to a directory and, before it, to the parents that are missing, each as `$us_each`. */
function madeFromTheTop(path: string, each: Script): Script {
  return sh`us_each=${path}
while [ -n "\${us_each%/*}" ] && [ ! -e "\${us_each%/*}" ]; do us_each=\${us_each%/*}; done
while :; do
  ${embed(each)}
  [ "$us_each" != ${path} ] || break
  us_rest=${path}
  us_rest=\${us_rest#"$us_each"/}
  us_each=$us_each/\${us_rest%%/*}
done`
}

/** One by one, as not every chmod reads `X` in the same way. */
function modesInside(path: string, mode: string, { stdout }: CommandReading): readonly Script[] {
  const modes = new Map(
    stdout.split('\n').flatMap((line) => {
      if (line === '') return []
      const { had, isDirectory } = modeOf(line)
      return [
        [`${had} ${isDirectory}`, { had, isDirectory, wanted: wantedMode(mode, had, isDirectory) }] as const,
      ]
    }),
  )
  return [...modes.values()]
    .filter(({ had, wanted }) => had !== wanted)
    .map(
      ({ had, isDirectory, wanted }) =>
        sh`find ${path} ${isDirectory ? ['-type', 'd'] : ['!', '-type', 'd', '!', '-type', 'l']} -perm ${had} -exec chmod ${exactly(wanted)} -- {} +`,
    )
}

function modeOf(line: string): { readonly had: string; readonly isDirectory: boolean } {
  const bits = Number.parseInt(line.split(' ')[0] ?? '', 16)
  return { had: (bits & 0o7777).toString(8).padStart(4, '0'), isDirectory: bits >> 12 === 4 }
}

function wantedMode(mode: string, had: string, isDirectory: boolean): string {
  return isOctal(mode) ? mode : resolvedMode(mode, had, isDirectory)
}

function isStray(line: string, { owner, group, mode }: Directory): boolean {
  const [, uid, user, gid, ofGroup] = line.split(' ')
  const { had, isDirectory } = modeOf(line)
  if (owner !== undefined && owner !== user && owner !== uid) return true
  if (group !== undefined && group !== ofGroup && group !== gid) return true
  return mode !== undefined && had !== wantedMode(mode, had, isDirectory)
}

function remove({ path }: Directory, at: FileReading): Change | undefined {
  if (at.type === 'absent') return undefined
  return {
    summary: 'remove',
    differences: [{ is: 'attribute', name: 'type', before: at.type, after: 'absent' }],
    script: sh`rm -rf -- ${path}`,
    impact: 'none',
    disturbs: [`file:${path}`],
    keeps: 'nothing',
  }
}
