import { saysDirective } from '../usual-lines.ts'
import { type Family, type Subject, type Wrong, wrong } from './subject.ts'

/** Rules about lines of the user's own for nginx. */
export const nginxLineRules = {
  'lines-said-already': {
    severity: 'error',
    reason: 'nginx takes each of these directives once, and refuses a configuration that says one again.',
    source: 'nginx, Core functionality: Context and syntax of directives',
    find: isSaidOnce,
  },
} satisfies Family<'lines'>

const byConnections = 'Say max_connections of the cluster: it has both.'
/** What our configurations have outside of `http`, and do not leave to lines of the user's. */
const said = {
  main: {
    user: 'Remove it.',
    pid: 'Remove it: systemd looks there.',
    worker_processes: 'Remove it: there is one for each processor.',
    worker_rlimit_nofile: byConnections,
  },
  events: { worker_connections: byConnections },
} as const

function isSaidOnce(subject: Subject): readonly Wrong[] {
  const { balancer, extra } = subject.cluster
  if (balancer !== 'nginx') return []
  return Object.entries(said).flatMap(([part, directives]) =>
    Object.entries(directives)
      .filter(([directive]) => saysDirective(directive, extra.nginx[part as keyof typeof said]))
      .map(([directive, next]) =>
        wrong(
          subject,
          ['extra', 'nginx', part],
          `${directive} stands in our nginx.conf already, and nginx takes it once`,
          next,
        ),
      ),
  )
}
