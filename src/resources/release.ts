import { z } from 'zod'
import type { Change } from '../model/change.ts'
import type { ResourceKind } from '../model/resource.ts'
import type { Script } from '../model/script.ts'
import type { Queries } from '../model/sensor.ts'
import { type ContentReading, contentOf } from '../sensors/contents.ts'
import { textOf } from '../sensors/encoded.ts'
import { type FileReading, fileAt } from '../sensors/files.ts'
import { damageOf, type ReleaseFiles, releaseFilesOf } from '../sensors/release-files.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { baseOf } from './application-unit.ts'
import { checksum } from './archive-source.ts'
import { refuse } from './refuse.ts'
import {
  firstRelease,
  type HostRelease,
  mendRelease,
  partsOf,
  stageRelease,
  stateOf,
  unitPath,
  unitText,
  useRelease,
} from './release-script.ts'
import { stateDirectory } from './state-directory.ts'

const word = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._+-]*$/, 'must be one word')

const schema = z.strictObject({
  name: word.describe('The application.'),
  release: word.describe('The version that its source holds.'),
  src: checksum.describe('Sum of all that it holds, by which it was read on this computer.'),
  content: z
    .union([z.instanceof(Uint8Array), z.string()])
    .optional()
    .describe('The version itself, as it was packed there.'),
  command: z.string().nullable().default(null).describe('What systemd runs, where it is a program.'),
  user: z.string().nullable().default(null).describe('User it runs as.'),
  port: z.number().int().min(1).max(65_535).describe('Port on which it answers.'),
  environment: z.record(z.string(), z.string()).default({}).describe('Its environment.'),
})

type Wanted = z.infer<typeof schema>

interface Found {
  readonly current: FileReading
  readonly unit?: ContentReading
  readonly files: ReleaseFiles
}

/** A version of an application. The first one is brought; whoever serves clients already is changed by `deploy` alone. */
export const release: ResourceKind<Wanted, Queries> = {
  name: 'release',
  summary:
    "The first version of an application of the cluster's, below /srv/NAME; a further one is told of, and left to `understudy deploy`.",
  schema,
  subject: ({ name }) => name,
  inspect: ({ name, command }) => ({
    current: fileAt(`${baseOf(name)}/current`),
    files: releaseFilesOf(baseOf(name), stateOf(name)),
    ...(command === null ? {} : { unit: contentOf(unitPath(name)) }),
  }),
  converge: (wanted, readings, upcoming) => {
    const { current, unit, files } = readings as unknown as Found
    const { name } = wanted
    if (upcoming.touches(fileAt(`${baseOf(name)}/current`))) return undefined
    if (current.type === 'absent') return bring(wanted)
    if (current.type !== 'link')
      return refuse(
        `${baseOf(name)}/current is a ${current.type}, and has to be a link to a version: move it away`,
      )
    const there = current.target?.replace(/^releases\//, '')
    if (there !== wanted.release) return told(wanted, there ?? '')
    const damage = damageOf(files)
    if (damage !== undefined) return bringAgain(wanted, damage, files.isGone)
    const text = unitText(releaseOf(wanted))
    return text === undefined || (unit?.is === 'read' && textOf(unit.bytes) === text)
      ? undefined
      : mend(wanted)
  },
}

/** As the scripts know it. */
function releaseOf({ name, release: id, src, command, user, port, environment }: Wanted): HostRelease {
  const service = command === null || user === null ? undefined : { command, user, port, environment }
  return { name, release: id, sum: src, ...(service ? { service } : {}) }
}

function bring(wanted: Wanted): Change {
  const { release: id, content = '' } = wanted
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  return {
    summary: `bring ${id}`,
    differences: [{ is: 'attribute', name: 'version', before: undefined, after: id }],
    script: firstRelease(releaseOf(wanted)),
    impact: 'none',
    takesLong: true,
    disturbs: disturbed(wanted),
    uploads: [{ name: 'archive', content: bytes }],
  }
}

/** Somebody changed what lies there. What runs of it goes on as it is, with what it has read. */
function bringAgain(wanted: Wanted, damage: string, isGone: boolean): Change {
  const { release: id, content = '' } = wanted
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  const all = releaseOf(wanted)
  return {
    summary: `bring ${id} again`,
    differences: [{ is: 'attribute', name: 'version', before: `${id}, ${damage}`, after: id }],
    script: isGone ? lines(stageRelease(all), useAgain(wanted)) : mendRelease(all),
    impact: 'none',
    takesLong: true,
    disturbs: disturbed(wanted),
    uploads: [{ name: 'archive', content: bytes }],
  }
}

function useAgain({ name, release: id, command }: Wanted): Script {
  return lines(useRelease(name, command !== null), sh`us_use ${id}`)
}

/** Its unit is not the one of its version any more. */
function mend(wanted: Wanted): Change {
  const { name, release: id } = wanted
  const { unit } = partsOf(name, id)
  return {
    summary: 'put back the unit of this version',
    differences: [{ is: 'attribute', name: unitPath(name), before: 'otherwise', after: `that of ${id}` }],
    script: sh`if [ ! -e ${unit} ]; then echo ${`${unit} is missing: understudy deploy brings another version`} >&2; exit 1; fi
${embed(useRelease(name, true))}
us_use ${id}`,
    impact: 'none',
    disturbs: disturbed(wanted),
  }
}

function told({ name, release: id }: Wanted, there: string): Change {
  return {
    summary: `serves ${there}, and its source holds ${id}: understudy deploy ${name} brings it`,
    differences: [],
    script: sh`:`,
    impact: 'none',
    disturbs: [],
    onlyTold: true,
  }
}

function disturbed({ name, command }: Wanted): readonly string[] {
  return [
    `file:${baseOf(name)}/current`,
    `file:${stateDirectory}`,
    ...(command === null ? [] : [`file:${unitPath(name)}`, `unit:app-${name}.service`]),
  ]
}
