import type { Facts } from '../model/facts.ts'
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

/** Services whose whole configuration Understudy writes. */
type Configured = 'keepalived' | 'nginx' | 'haproxy' | 'apache' | 'tomcat'

/** Those that take ports from clients and are none of a machine's, by the names that its distribution gives them. */
export function formerServices(own: readonly Configured[], { os }: Facts): readonly string[] {
  const isDebian = os.family === 'debian'
  const names = {
    nginx: 'nginx',
    haproxy: 'haproxy',
    apache: isDebian ? 'apache2' : 'httpd',
    tomcat: isDebian ? 'tomcat10' : 'tomcat',
  }
  return (Object.keys(names) as (keyof typeof names)[])
    .filter((one) => !own.includes(one))
    .map((one) => names[one])
}

/** Services whose whole configuration is written on a machine, by the parts that it has. */
export function servicesOn(
  { balancer, backend, vips }: Cluster,
  part: { readonly holdsVips: boolean; readonly balances: boolean; readonly serves: boolean },
): readonly Configured[] {
  const apologizes = vips.some(({ services }) => services.some(({ sorryPage }) => sorryPage))
  const own = new Set([
    ...(part.holdsVips ? (['keepalived'] as const) : []),
    ...(part.balances && (balancer === 'nginx' || balancer === 'haproxy') ? [balancer] : []),
    ...(part.holdsVips && balancer === 'ipvs' && apologizes ? (['nginx'] as const) : []),
    ...(part.serves && backend !== 'none' ? [backend] : []),
  ])
  return [...own]
}

/**
 * Where programs lie that keepalived runs. SELinux's policy of Red Hat's family lets keepalived itself neither run what lies in
 * /usr/local/lib nor ask systemd; programs below this one run unconfined (`keepalived_unconfined_script_exec_t`).
 */
export function keepalivedFolder({ os }: Facts): string {
  return os.family === 'redhat' ? '/usr/libexec/keepalived/understudy' : '/usr/local/lib/understudy'
}
