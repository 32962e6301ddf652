import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createEngine } from '../../src/jinja/engine.ts'
import { withVariables } from '../../test/jinja/surroundings.ts'
import type { Node } from './hosts.ts'
import { type Variables, variables } from './variables.ts'

/** How many things the play makes of a machine. */
export const items = 26

/** A file of the play with its whole text. */
interface Whole {
  readonly path: string
  readonly owner: string
  readonly mode: string
  readonly text: string
}

const engine = createEngine()

const askPackages = `dpkg-query -W -f '\${db:Status-Status}\\n' nginx-light keepalived curl`

/** The play's files as they are on this machine, from the same templates that the tools render. */
function filesOf(node: Node, plays: string, known: Variables): readonly Whole[] {
  const around = withVariables({ ...known, ...node.variables })
  const rendered = (name: string) =>
    engine
      .template(readFileSync(join(plays, 'templates', `${name}.j2`), 'utf8'), around)
      .map(({ text }) => text)
      .join('')
  const copied = (name: string) => readFileSync(join(plays, 'files', name), 'utf8')
  const root = { owner: 'root:root', mode: '644' }
  const pages = `${known.service_user}:${known.service_user}`
  return [
    { ...root, path: '/etc/keepalived/keepalived.conf', mode: '640', text: rendered('keepalived.conf') },
    { ...root, path: '/etc/nginx/conf.d/behind.conf', text: rendered('behind.conf') },
    { ...root, path: '/etc/keepalived/bin/check-site', mode: '755', text: rendered('check-site.sh') },
    { ...root, path: '/etc/keepalived/bin/note-state', mode: '755', text: rendered('note-state.sh') },
    { ...root, path: '/etc/modules-load.d/cluster.conf', text: copied('cluster-modules.conf') },
    { ...root, path: '/srv/site/pages/index.html', owner: pages, text: rendered('index.html') },
    { ...root, path: '/etc/nginx/sites-available/cluster.conf', text: rendered('site.conf') },
    { ...root, path: '/etc/logrotate.d/cluster', text: copied('cluster.logrotate') },
  ]
}

/** Makes all of the play as one knows that nothing of it is there: no question is asked. */
export function makingScript(node: Node, plays: string): string {
  const known = variables(plays)
  const { service_user: user, service_id: id, address, peers, kernel_settings } = known
  return [
    'set -e',
    `${askPackages} >/dev/null`,
    `groupadd -g ${id} ${user}`,
    `useradd -M -u ${id} -g ${user} -d /nonexistent -s /usr/sbin/nologin ${user}`,
    `mkdir -p /etc/keepalived/bin /srv/site/pages; chown ${user}:${user} /srv/site/pages`,
    ...filesOf(node, plays, known).map(
      ({ path, owner, mode, text }) =>
        `cat >${path} <<'END'\n${text}END\nchmod ${mode} ${path}; chown ${owner} ${path}`,
    ),
    ...[
      "cat >/etc/sysctl.d/70-cluster.conf <<'END'",
      ...kernel_settings.map((one) => `${one.name} = ${one.value}`),
      'END',
    ],
    ...["cat >>/etc/hosts <<'END'", '# BEGIN cluster', `${address} site.cluster.internal`],
    ...peers.map((peer) => `${peer.address} ${peer.name}.cluster.internal ${peer.name}`),
    ...['# END cluster', 'END'],
    `if grep -q '^DAEMON_ARGS=' /etc/default/keepalived`,
    `then sed -i 's/^DAEMON_ARGS=.*/DAEMON_ARGS="--log-detail"/' /etc/default/keepalived`,
    `else echo 'DAEMON_ARGS="--log-detail"' >>/etc/default/keepalived; fi`,
    `{ crontab -l 2>/dev/null || :; echo '#Ansible: site is well'; echo '${job}'; } | crontab -`,
    'ln -sfn /srv/site/pages /srv/site/served',
    'ln -sfn /etc/nginx/sites-available/cluster.conf /etc/nginx/sites-enabled/cluster.conf',
    'update-rc.d nginx defaults; update-rc.d keepalived defaults; service nginx start >/dev/null',
    '',
  ].join('\n')
}

const job = '*/10 * * * * /etc/keepalived/bin/check-site || logger -t site failed'

/** Looks at all of it without changing anything, in as few programs as sh allows; its last line says how much is there. */
export function checkingScript(node: Node, plays: string): string {
  const known = variables(plays)
  const { service_user: user, service_id: id, kernel_settings, peers } = known
  const files = filesOf(node, plays, known)
  const last = peers.at(-1)
  const entries = [
    '/etc/keepalived/bin 755 root:root directory',
    `/srv/site/pages 755 ${user}:${user} directory`,
    ...files.map(({ path, owner, mode }) => `${path} ${mode} ${owner} regular`),
  ]
  const sums = files.map(({ text, path }) => `${createHash('sha256').update(text).digest('hex')}  ${path}`)
  const paths = entries.map((entry) => entry.split(' ')[0]).join(' ')
  return [
    'n=0; ok() { n=$((n + 1)); }',
    `[ "$(${askPackages} 2>/dev/null | grep -cx installed)" = 3 ] && ok`,
    `grep -q '^${user}:x:${id}:' /etc/group && ok`,
    `grep -q '^${user}:x:${id}:${id}:[^:]*:/nonexistent:/usr/sbin/nologin$' /etc/passwd && ok`,
    `seen=$(stat -c '%n %a %U:%G %F' ${paths} 2>/dev/null)`,
    'has() { case $seen in *"$1"*) ok ;; esac; }',
    // Of a file that has another sum than it should, nothing counts.
    ...["if ! sha256sum -c --status 2>/dev/null <<'END'", ...sums, 'END', 'then seen=; fi'],
    ...entries.map((entry) => `has '${entry}'`),
    'while IFS= read -r line; do case $line in',
    `  ${kernel_settings.map((one) => `'${one.name} = ${one.value}'`).join(' | ')}) ok ;;`,
    'esac; done 2>/dev/null </etc/sysctl.d/70-cluster.conf',
    `grep -qx '${last?.address} ${last?.name}.cluster.internal ${last?.name}' /etc/hosts && ok`,
    `grep -qx 'DAEMON_ARGS="--log-detail"' /etc/default/keepalived && ok`,
    `case $(crontab -l 2>/dev/null) in *'${job}'*) ok ;; esac`,
    '[ "$(readlink /srv/site/served)" = /srv/site/pages ] && ok',
    '[ "$(readlink /etc/nginx/sites-enabled/cluster.conf)" = /etc/nginx/sites-available/cluster.conf ] && ok',
    'read -r master 2>/dev/null </run/nginx.pid; [ -n "$master" ] && [ -d "/proc/$master" ] && [ -e /etc/rc2.d/S01nginx ] && ok',
    '[ -e /etc/rc2.d/S01keepalived ] && ok',
    `echo "$n of ${items}"`,
    `[ "$n" = ${items} ]`,
    '',
  ].join('\n')
}
