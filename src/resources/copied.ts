import { z } from 'zod'
import type { Change } from '../model/change.ts'
import type { ResourceKind } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import { type CommandReading, outcomeOf } from '../sensors/commands.ts'
import { type FileReading, fileAt } from '../sensors/files.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { backupField, backupScript } from './backup.ts'
import { askDirectory, convergeDirectory, placeOf } from './copied-directory.ts'
import { stagedBeside } from './fetch-script.ts'
import { absolutePath, mode, ownership } from './fields.ts'
import { keeping, meant, ownershipDifferences, ownershipScript } from './ownership.ts'
import { refuse } from './refuse.ts'
import { validateField, validationScript } from './validation.ts'
import { ifWritable } from './writable.ts'

const schema = z.strictObject({
  src: absolutePath.describe('The file of the machine that is copied.'),
  dest: absolutePath.describe('Where to.'),
  force: z.boolean().default(true).describe('A file that is there and differs is replaced.'),
  into: z.boolean().default(false).describe('`dest` is a directory, also where there is none yet.'),
  follow: z.boolean().default(true).describe('Links in a directory are followed.'),
  directory_mode: mode.optional().describe('Permissions of directories that are made.'),
  preserve: z.boolean().default(false).describe('With the mode that `src` has.'),
  validate: validateField.refine(
    (command) => command === undefined || command.includes('%s'),
    'must name the file as %s',
  ),
  backup: backupField,
  ...ownership,
})

type Copied = z.infer<typeof schema>

interface Asked {
  readonly at: Query<FileReading>
  readonly atInside: Query<FileReading>
  readonly of: Query<FileReading>
  readonly same: Query<CommandReading>
  readonly [name: string]: Query<unknown>
}

/** A copy of a file that the machine has. */
export const copied: ResourceKind<Copied, Asked> = {
  name: 'copy',
  summary: 'A copy of a file that the machine has.',
  schema,
  subject: ({ dest }) => dest,
  inspect: (wanted) => {
    const { src, dest } = wanted
    const inside = placeOf({ src, dest })
    return {
      at: fileAt(dest),
      atInside: fileAt(inside),
      of: fileAt(src.replace(/(?<=.)\/+$/, '')),
      same: {
        ...outcomeOf(sh`if [ -d ${src} ]; then ${embed(askDirectory(wanted))}
elif [ -d ${dest} ]; then cmp -s ${src} ${inside}
else cmp -s ${src} ${dest}; fi`),
        about: [`file:${src}`, `file:${dest}`],
      },
    }
  },
  converge: (wanted, { at: atDest, atInside, of, same }, upcoming) => {
    const { src, force, preserve } = wanted
    if (of.type === 'directory') return convergeTree(wanted, atDest, same)
    if (of.type !== 'file')
      return upcoming.touches(fileAt(src)) ? undefined : refuse(`there is no file ${src}`)
    const isInside = atDest.type === 'directory' || wanted.into
    const [at, dest] = isInside ? [atInside, placeOf(wanted)] : [atDest, wanted.dest]
    if (at.type !== 'file' && at.type !== 'absent') return refuse(`${dest} is no file, but a ${at.type}`)
    const own = { ...wanted, mode: preserve ? of.mode : wanted.mode }
    const attributes = ownershipDifferences(own, at)
    const keeps = at.type === 'file' && (same.rc === 0 || !force)
    if (keeps && attributes.length === 0) return undefined
    const change: Change = {
      summary: keeps ? 'set owner and mode' : `copy ${src}`,
      differences: keeps
        ? attributes
        : [{ is: 'attribute', name: 'content', before: at.type, after: `that of ${src}` }, ...attributes],
      script: keeps
        ? ownershipScript(meant(own, at), dest)
        : stagedBeside(
            dest,
            lines(
              sh`cat -- ${src} >"$us_got"`,
              ownershipScript(keeping(own, at), embed(sh`"$us_got"`)),
              ...(wanted.validate === undefined
                ? []
                : [sh`us_new=$us_got`, validationScript(wanted.validate, dest, '/')]),
              ...(wanted.backup && at.type === 'file' ? [backupScript(dest)] : []),
              sh`sync "$us_got" 2>/dev/null || :`,
              sh`mv -f -- "$us_got" ${dest}`,
            ),
          ),
      impact: 'none',
      disturbs: [`file:${dest}`],
    }
    return ifWritable(change, keeps ? { path: dest, at } : { path: dest, at, bytes: of.size + 1 }, upcoming)
  },
}

function convergeTree(wanted: Copied, at: FileReading, same: CommandReading): Change | undefined {
  const { src, dest, mode, preserve, validate } = wanted
  if (at.type !== 'directory' && at.type !== 'absent')
    return refuse(`${dest} is no directory, but a ${at.type}`)
  if (mode !== undefined || preserve || validate !== undefined)
    return refuse(
      `${src} is a directory: of its files neither mode nor validate can be said, use file with recurse`,
    )
  return convergeDirectory(wanted, same)
}
