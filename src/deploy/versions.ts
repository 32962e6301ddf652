import { type Application, placeOf, written } from '../cluster/index.ts'
import type { Query } from '../model/sensor.ts'
import { partsOf, stateOf } from '../resources/release-script.ts'
import { type CommandReading, commands } from '../sensors/commands.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { healthScript } from './health.ts'

/** What a realserver has of an application. */
export interface Versions {
  /** The one that serves. */
  readonly current?: string
  /** Those that served, the newest last; the one that serves is the last of all. */
  readonly history: readonly string[]
  /** Those that are there as a whole. */
  readonly kept: readonly string[]
  /** It answers as its health asks for. */
  readonly well: boolean
  /** What it answers otherwise. */
  readonly said: string
}

/** Asks a realserver what it has of an application, which it answers at this address. */
export function versionsOf(application: Application, address: string): Query<CommandReading> {
  const { name } = application
  const { sum } = partsOf(name, '*')
  const ending = sum.slice(sum.lastIndexOf('*') + 1)
  const script = lines(
    healthScript(application, address),
    sh`us_link=$(readlink ${placeOf(application).current}) || us_link=
printf 'current %s\n' "\${us_link#releases/}"
for us_file in ${embed(sh`${`${stateOf(name)}/`}*${ending}`)}; do
  us_file=\${us_file##*/}; printf 'kept %s\n' "\${us_file%${embed(sh`${ending}`)}}"
done
if [ -e ${`${stateOf(name)}/history`} ]; then sed 's/^/history /' ${`${stateOf(name)}/history`}; fi
if us_asked; then echo well; else printf 'said %s\n' "$us_said"; fi`,
  )
  return { sensor: commands, subject: script, about: ['*'] }
}

/** What it answered. */
export function readVersions({ stdout }: CommandReading): Versions {
  const told = stdout.split('\n').map((line) => {
    const at = line.indexOf(' ')
    return at < 0 ? { word: line, value: '' } : { word: line.slice(0, at), value: line.slice(at + 1) }
  })
  const all = (word: string) => told.filter((one) => one.word === word).map(({ value }) => value)
  const [current] = all('current')
  return {
    ...(current ? { current } : {}),
    history: all('history'),
    kept: all('kept').filter((version) => version !== '*'),
    well: told.some(({ word }) => word === 'well'),
    said: all('said')[0] ?? '',
  }
}

/** What promised is of an application, in words. */
export function promiseOf({ health: { status, body, path } }: Application): string {
  return `${path} with status ${written(status)}${body === undefined ? '' : ` and ${JSON.stringify(body)} in it`}`
}
