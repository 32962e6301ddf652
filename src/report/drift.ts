import type { Drift } from '../model/drift.ts'
import type { Paint } from './paint.ts'
import { inOneLine } from './redaction.ts'

/** What drifted, machine by machine, and who may have done it. */
export function driftLines(
  all: readonly Drift[],
  { paint, redact }: { readonly paint: Paint; readonly redact: (text: string) => string },
): readonly string[] {
  if (all.length === 0) return ['', paint('green', 'No drift: all is as the playbook says.')]
  const hosts = [...new Set(all.map(({ host }) => host))]
  const clean = (text: string) => inOneLine(redact(text))
  const counted = (of: Drift['of']) => all.filter((one) => one.of === of).length
  return [
    ...hosts.flatMap((host) => [
      '',
      paint('bold', host),
      ...all
        .filter((one) => one.host === host)
        .flatMap(({ of, id, summary, since, by }) => [
          `  ${paint('yellow', of.padEnd(7))}  ${clean(id)}  ${clean(summary)}`,
          ...(since === undefined
            ? []
            : [`           ${paint('dim', `changed ${new Date(since).toISOString().slice(0, 19)}Z`)}`]),
          ...by.map((one) => `           ${paint('dim', clean(one))}`),
        ]),
    ]),
    '',
    `Drift: ${counted('files')} on disks, ${counted('runtime')} in what runs, on ${hosts.length} ${hosts.length === 1 ? 'host' : 'hosts'}.`,
  ]
}
