import { fileOptions, ownershipOf } from './file-options.ts'
import { module } from './module.ts'
import { bool, done, list, path, str } from './option.ts'

/** What is no line of the section. */
const notWritten: ReadonlySet<string> = new Set([
  'name',
  'file',
  'reposdir',
  'state',
  'mode',
  'owner',
  'group',
  'seuser',
  'serole',
  'setype',
  'selevel',
  'unsafe_writes',
  'attributes',
])

function written(option: string, value: unknown): string {
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (Array.isArray(value)) return value.join(option === 'baseurl' || option === 'gpgkey' ? '\n' : ' ')
  return String(value)
}

/** ansible.builtin.yum_repository. */
export const yumRepositoryModule = module({
  name: 'yum_repository',
  collection: 'ansible.builtin',
  summary: 'A repository of dnf or yum.',
  options: {
    ...fileOptions,
    async: done(bool()),
    bandwidth: done(str({ default: '0' })),
    baseurl: done(list()),
    cost: done(str({ default: '1000' })),
    deltarpm_metadata_percentage: done(str({ default: '100' })),
    deltarpm_percentage: done(str({ default: '75' })),
    description: done(str()),
    enabled: done(bool()),
    enablegroups: done(bool()),
    exclude: done(list()),
    failovermethod: done(str({ choices: ['roundrobin', 'priority'], default: 'roundrobin' })),
    file: done(str()),
    gpgcakey: done(str()),
    gpgcheck: done(bool()),
    gpgkey: done(list()),
    module_hotfixes: done(bool()),
    http_caching: done(str({ choices: ['all', 'packages', 'none'], default: 'all' })),
    include: done(str()),
    includepkgs: done(list()),
    ip_resolve: done(str({ choices: ['4', '6', 'IPv4', 'IPv6', 'whatever'], default: 'whatever' })),
    keepalive: done(bool(false)),
    keepcache: done(str({ choices: ['0', '1'], default: '1' })),
    metadata_expire: done(str({ default: '21600' })),
    metadata_expire_filter: done(
      str({
        choices: ['never', 'read-only:past', 'read-only:present', 'read-only:future'],
        default: 'read-only:present',
      }),
    ),
    metalink: done(str()),
    mirrorlist: done(str()),
    mirrorlist_expire: done(str({ default: '21600' })),
    name: done(str({ required: true })),
    password: done(str({ secret: true })),
    priority: done(str({ default: '99' })),
    protect: done(bool(false)),
    proxy: done(str()),
    proxy_password: done(str({ secret: true })),
    proxy_username: done(str()),
    repo_gpgcheck: done(bool(false)),
    reposdir: done(path({ default: '/etc/yum.repos.d' })),
    retries: done(str({ default: '10' })),
    s3_enabled: done(bool(false)),
    skip_if_unavailable: done(bool(false)),
    ssl_check_cert_permissions: done(bool(false)),
    sslcacert: done(str({ aliases: ['ca_cert'] })),
    sslclientcert: done(str({ aliases: ['client_cert'] })),
    sslclientkey: done(str({ aliases: ['client_key'] })),
    sslverify: done(bool(true, { aliases: ['validate_certs'] })),
    state: done(str({ choices: ['absent', 'present'], default: 'present' })),
    throttle: done(str()),
    timeout: done(str({ default: '30' })),
    ui_repoid_vars: done(str({ default: 'releasever basearch' })),
    username: done(str()),
  },
  means: (given, said) => {
    const { name, file, reposdir, state } = given
    const path = `${reposdir}/${file ?? name}.repo`
    if (!/^[A-Za-z0-9_.-]+$/.test(file ?? name))
      return {
        option: file === undefined ? 'name' : 'file',
        refused: 'must be the name of a file, without .repo',
      }
    const texts = Object.entries(given).flatMap(([option, value]) => {
      if (notWritten.has(option) || !said.has(option) || value === undefined) return []
      return [[option === 'description' ? 'name' : option, written(option, value)] as const]
    })
    if (state === 'present' && !['baseurl', 'metalink', 'mirrorlist'].some((one) => said.has(one)))
      return { refused: 'say where the packages are: "baseurl", "metalink" or "mirrorlist"' }
    return {
      kind: 'yum_repository',
      fields: { path, name, values: Object.fromEntries(texts), state, ...ownershipOf(given) },
    }
  },
})
