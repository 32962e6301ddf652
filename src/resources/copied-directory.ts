import type { Change } from '../model/change.ts'
import type { Script } from '../model/script.ts'
import type { CommandReading } from '../sensors/commands.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { exactly, type Ownership } from './ownership.ts'

/** A directory of the machine that is copied to another place there. */
export interface CopiedDirectory extends Ownership {
  /** With a `/` at its end what is in it is meant, else the directory itself. */
  readonly src: string
  readonly dest: string
  readonly force: boolean
  /** Links in it are followed. */
  readonly follow: boolean
  readonly directory_mode?: string | undefined
}

/** Where its files go. */
export function placeOf({ src, dest }: Pick<CopiedDirectory, 'src' | 'dest'>): string {
  if (src.endsWith('/')) return dest
  return `${dest === '/' ? '' : dest}/${src.slice(src.lastIndexOf('/') + 1)}`
}

/** Prints what differs, one name each. */
export function askDirectory(wanted: CopiedDirectory): Script {
  const { src, owner, group } = wanted
  const place = placeOf(wanted)
  const who = [
    ...(owner === undefined ? [] : ['!', '-user', owner]),
    ...(group === undefined ? [] : ['!', '-group', group]),
  ]
  const strays =
    owner !== undefined && group !== undefined
      ? ['(', '!', '-user', owner, '-o', '!', '-group', group, ')']
      : who
  return lines(
    sh`cd -- ${src} || exit 1`,
    differing(wanted, sh`printf '%s\n' "$us_f"`),
    strays.length === 0
      ? sh`:`
      : sh`if [ -d ${place} ]; then find ${place} ${strays} -exec printf '%s (owner)\n' {} ';'; fi`,
  )
}

/** Copies what differs, as `askDirectory` found it. */
export function convergeDirectory(wanted: CopiedDirectory, { stdout }: CommandReading): Change | undefined {
  const names = stdout.split('\n').filter((line) => line !== '')
  if (names.length === 0) return undefined
  const { src, follow, owner, group, directory_mode } = wanted
  const place = placeOf(wanted)
  const who = `${owner ?? ''}${group === undefined ? '' : `:${group}`}`
  const shown = names.slice(0, 20).map((name) => ({
    is: 'attribute' as const,
    name: name.replace(/^\.\//, ''),
    before: undefined,
    after: `that of ${src}`,
  }))
  return {
    summary: `copy ${names.length} of ${src}`,
    differences: shown,
    script: lines(
      sh`mkdir -p -- ${place}
cd -- ${src}`,
      differing(
        wanted,
        sh`if [ -d "$us_f" ] && ! { [ -h "$us_f" ] && [ ${follow ? 'yes' : 'no'} = no ]; }; then mkdir -p -- "$us_d/$us_f"; ${embed(directory_mode === undefined ? sh`:` : sh`chmod ${exactly(directory_mode)} -- "$us_d/$us_f"`)}
    else rm -f -- "$us_d/$us_f"; cp ${follow ? '-L' : '-P'} -- "$us_f" "$us_d/$us_f"; fi`,
      ),
      ...(who === '' ? [] : [sh`chown -R -- ${who} ${place}`]),
    ),
    impact: 'none',
    disturbs: [`file:${place}`],
    keeps: 'nothing',
    takesLong: true,
  }
}

/** Does something with every name whose counterpart is another one: directories come before what is in them. */
function differing(wanted: CopiedDirectory, work: Script): Script {
  const { force, follow } = wanted
  const other = force ? sh`cmp -s -- "$us_f" "$us_d/$us_f"` : sh`:`
  const loop = sh`set -e; us_d=$1; shift
for us_f; do
  if [ -h "$us_f" ] && [ ${follow ? 'yes' : 'no'} = no ]; then
    if [ -h "$us_d/$us_f" ] && [ "$(readlink -- "$us_f")" = "$(readlink -- "$us_d/$us_f")" ]; then continue; fi
  elif [ -d "$us_f" ]; then
    if [ -d "$us_d/$us_f" ]; then continue; fi
  elif [ -e "$us_d/$us_f" ] && ${embed(other)}; then continue; fi
    ${embed(work)}
done`
  return sh`find ${follow ? ['-L'] : []} . -exec sh -c ${loop} sh ${placeOf(wanted)} {} +`
}
