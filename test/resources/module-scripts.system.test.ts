import { expect, it } from 'vitest'
import { moduleKinds } from '../../src/modules/index.ts'
import { resourceOf } from '../../src/resources/bind.ts'
import { buildProgram } from '../../src/shell/program.ts'
import { groupBySensor } from '../../src/shell/questions.ts'
import { needs } from '../needs.ts'
import { check } from './shellcheck.ts'

needs('shellcheck')

const binding = {
  title: 'a task',
  origin: { file: 'site.yaml', line: 1, col: 1 },
  options: { noLog: false, ignoreErrors: false, environment: {}, always: false },
}

/** What is wanted, and what the host answers so that there is something to do. */
const wanted: readonly (readonly [module: string, parameters: unknown, stdout: string])[] = [
  ['package_facts', {}, ''],
  ['service_facts', {}, ''],
  ['getent', { database: 'passwd', key: 'root', service: 'files' }, ''],
  ['tempfile', { suffix: 'x' }, ''],
  ['reboot', {}, ''],
  [
    'copy',
    { src: '/t/a', dest: '/t/b', remote_src: true, owner: 'a', group: 'b', directory_mode: '0755' },
    './x\n',
  ],
  [
    'archive',
    {
      path: ['/t/a*', '/t/b'],
      dest: '/t/c.tgz',
      exclude_path: ['/t/b/c'],
      exclusion_patterns: ['*.o'],
      remove: true,
    },
    'absent\n2\n\n',
  ],
  ['archive', { path: '/t/a', dest: '/t/c.zip', format: 'zip' }, 'absent\n2\n\n'],
  ['openssl_privatekey', { path: '/t/k', passphrase: 'a b', cipher: 'auto' }, 'absent\n'],
  ['openssl_publickey', { path: '/t/p', privatekey_path: '/t/k', format: 'OpenSSH' }, 'absent\n'],
  ['openssl_dhparam', { path: '/t/d' }, 'absent\n'],
  ['openssl_csr', { path: '/t/r', privatekey_path: '/t/k', common_name: 'a' }, 'absent\n'],
  [
    'openssl_pkcs12',
    { path: '/t/s', certificate_path: '/t/c', privatekey_path: '/t/k', other_certificates: '/t/o' },
    'absent\n',
  ],
  [
    'x509_certificate',
    { path: '/t/c', csr_path: '/t/r', provider: 'ownca', ownca_path: '/t/a', ownca_privatekey_path: '/t/k' },
    'absent\n',
  ],
  [
    'x509_certificate',
    {
      path: '/t/c',
      privatekey_path: '/t/k',
      provider: 'selfsigned',
      selfsigned_not_after: '20300101000000Z',
    },
    'absent\n',
  ],
  ['mysql_user', { name: 'a', password: 'b', priv: 'a.*:ALL', sql_log_bin: false }, 'absent\n'],
  ['mysql_user', { name: '', host_all: true, state: 'absent' }, 'from localhost\nfrom %\n'],
  ['mysql_db', { name: 'a' }, ''],
  ['mysql_db', { name: 'all', state: 'dump', target: '/t/d.gz' }, ''],
  ['mysql_db', { name: 'a', state: 'import', target: '/t/d.xz' }, '/ there\n'],
  ['postgresql_user', { name: 'a', password: 'b', expires: '2030-01-01' }, ''],
  [
    'postgresql_user',
    { name: 'a', state: 'absent', fail_on_user: false, login_host: 'h', login_password: 'p' },
    'role|1\n',
  ],
  ['postgresql_db', { name: 'a', owner: 'b' }, ''],
  [
    'postgresql_user',
    { name: 'a', priv: 'CONNECT/b:ALL', groups: ['c'], comment: 'x', session_role: 'd' },
    'grant\n["thing","postgres"]\ngrant\n["thing","b"]\ngrant\n["thing","c"]\n',
  ],
  [
    'postgresql_privs',
    { db: 'a', objs: 'b', privs: 'ALL', role: 'c', grant_option: false, session_role: 'd' },
    '["role","c"]\n["thing","b"]\n["all","","SELECT"]\n',
  ],
  ['postgresql_ext', { db: 'a', name: 'b', version: '1' }, '["there","1"]\n'],
  ['get_url', { url: 'http://a/b', dest: '/t', setype: 'x_t', selevel: '_default', attr: '+i' }, ''],
  ['file', { path: '/t', state: 'directory', recurse: true, setype: 'x_t', attr: '-i' }, ''],
  ['acl', { path: '/t', entry: 'user:a:rw', state: 'present', recursive: true }, 'test /t: x\n'],
  ['apache2_module', { name: 'cgi', state: 'absent', force: true }, ' cgi_module (shared)\n'],
  ['capabilities', { path: '/t', capability: 'cap_kill+ep' }, 'has\n'],
  ['openssh_keypair', { path: '/t/k', comment: 'a b' }, ''],
  ['supervisorctl', { name: 'g:', state: 'restarted' }, ''],
  [
    'supervisorctl',
    { name: 'all', state: 'stopped', server_url: 'http://h', username: 'u', password: 'p' },
    'a RUNNING\n',
  ],
  ['gem', { name: 'a', user_install: false, install_dir: '/t', state: 'latest', executable: 'sudo gem' }, ''],
  ['composer', { working_dir: '/t', arguments: '-v "a b"', prefer_dist: true }, 'knows dry-run no-dev\nx'],
  ['find', { paths: '/t', get_checksum: true }, ''],
  ['postgresql_query', { query: 'DELETE FROM a', session_role: 'b' }, '1\n'],
  ['filesystem', { dev: '/dev/x', fstype: 'ext4', opts: '-L a' }, 'nothing\n'],
  ['lvg', { vg: 'a', pvs: '/dev/x' }, 'on /dev/x /dev/x nothing\n'],
  ['lvol', { vg: 'a', lv: 'b', size: '1g' }, 'group 1 1\n'],
]

it.each(wanted)('what %s of %j sends is clean for shellcheck', (module, parameters, stdout) => {
  const kind = moduleKinds.get(module)
  if (!kind) throw new Error(`there is no ${module}`)
  const resource = resourceOf(kind, parameters, binding)
  const answer = { rc: 0, stdout, stderr: '' }
  const found = {
    answer,
    same: answer,
    sums: answer,
    key: answer,
    beside: { type: 'absent' },
    inside: answer,
    below: { type: 'absent' },
    marks: { ...answer, stdout: 'selinux\nlevels\nchattr\npath\nthere\nlabel a:b:c:d\ndefault a:b:c:s0\n' },
    identity: answer,
    at: { type: 'directory' },
    atInside: { type: 'absent' },
    of: { type: 'directory' },
  }
  const script = resource.converge(found, { touches: () => false })?.script
  const steps =
    script === undefined ? [] : [{ script, title: module, uploads: {}, environment: {}, ignoreErrors: false }]
  // A question is a text for eval: it is looked at by itself.
  const asked = Object.values(resource.queries)
    .map(({ subject }) => subject)
    .filter((subject) => subject.includes('\n'))
  const program = buildProgram('nonce', { asks: groupBySensor([]), steps }).script
  for (const text of [program, ...asked.map((one) => `${one}\n`)]) expect(check(text)).toBe('')
})
