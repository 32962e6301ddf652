import { type Line, linesOf, type Program } from '../user-lines.ts'
import { type Doubt, doubtful, listedServices, type Subject, type Wrong, wrong } from './subject.ts'

/** Lines of the user's own, and where they go. */
export interface Text {
  readonly text: string
  readonly program: Program
  /** The block that they stand in; absent: beside all blocks. */
  readonly within?: 'instance' | 'server'
  /** Below `cluster`; of a host, its whole path. */
  readonly path: readonly PropertyKey[]
  /** Whose variable says it, where that is not the cluster's. */
  readonly host?: string
}

/** Everything that goes into configurations verbatim. */
export function textsOf(subject: Subject): readonly Text[] {
  const { cluster, settings, members } = subject
  const whole = (['keepalived', 'nginx', 'haproxy'] as const).flatMap((program) =>
    inParts(['extra', program], settings.extra[program], (text, path): Text => ({ text, program, path })),
  )
  const vips = settings.vips.flatMap(({ extra }, index): readonly Text[] =>
    extra === undefined
      ? []
      : [{ text: extra, program: 'keepalived', within: 'instance', path: ['vips', index, 'extra'] }],
  )
  const onDirectors = members.flatMap(({ name, director }) =>
    Object.entries(director?.vips ?? {}).flatMap(([key, { extra }]): readonly Text[] =>
      extra === undefined
        ? []
        : [
            {
              text: extra,
              program: 'keepalived',
              within: 'instance',
              host: name,
              path: ['director', 'vips', key, 'extra'],
            },
          ],
    ),
  )
  const program = { ipvs: 'keepalived', nginx: 'nginx', haproxy: 'haproxy', none: undefined } as const
  const serves = program[cluster.balancer]
  const services = listedServices(subject).flatMap(({ path, service: { extra } }): readonly Text[] =>
    serves === undefined
      ? []
      : inParts([...path, 'extra'], extra, (text, at) => ({
          text,
          program: serves,
          within: 'server',
          path: at,
        })),
  )
  return [...whole, ...vips, ...onDirectors, ...services]
}

/** Lines that are one text, or one for each part of a configuration. */
function inParts(
  path: readonly PropertyKey[],
  said: string | object | undefined,
  textOf: (text: string, path: readonly PropertyKey[]) => Text,
): readonly Text[] {
  if (said === undefined) return []
  if (typeof said === 'string') return [textOf(said, path)]
  return Object.entries(said).flatMap(([part, text]) =>
    typeof text === 'string' ? [textOf(text, [...path, part])] : [],
  )
}

/** Those that are keepalived's. */
export function ofKeepalived(subject: Subject): readonly Text[] {
  return textsOf(subject).filter(({ program }) => program === 'keepalived')
}

/** Each line in which a pattern is met. */
export function found(subject: Subject, pattern: RegExp, texts = ofKeepalived(subject)) {
  return texts.flatMap((text) =>
    linesOf(text).flatMap((line) => {
      const match = pattern.exec(line.code)
      return match ? [{ text, line, match }] : []
    }),
  )
}

/** A line as messages repeat it. */
export function shown({ code }: Line): string {
  return code.trim()
}

/** An error in such lines. */
export function said(subject: Subject, { path, host }: Text, message: string, next: string): Wrong {
  const complaint = wrong(subject, path, message, next)
  return host === undefined ? complaint : { ...complaint, host, path }
}

/** Something doubtful in them. */
export function doubted(subject: Subject, { path, host }: Text, message: string, next: string): Doubt {
  const complaint = doubtful(subject, path, message, next)
  return host === undefined ? complaint : { ...complaint, host, path }
}
