import type { Cluster } from './cluster.ts'

/** Programs of a cluster that can be built from their sources, and the files this installs. */
const built = {
  keepalived: '/usr/local/keepalived/sbin/keepalived',
  nginx: '/usr/local/nginx/sbin/nginx',
} as const

/** What starts each program: a word that is looked up in PATH, or the file that was built. */
export function programsOf({ source }: Cluster): Readonly<Record<keyof typeof built, string>> {
  return {
    keepalived: source.keepalived ? built.keepalived : 'keepalived',
    nginx: source.nginx ? built.nginx : 'nginx',
  }
}
