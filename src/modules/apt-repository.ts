import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, int, mode, refused, str } from './option.ts'

/** The name of the file that Ansible gives to a source: its address, words joined by underscores. */
function nameOf(line: string): string {
  const [first = ''] = line
    .replaceAll(/\[[^\]]+\]/g, '')
    .replaceAll(/\w+:\/\//g, '')
    .split(/\s+/)
    .filter((part) => part !== '' && part !== 'deb' && part !== 'deb-src')
  return first
    .replace(/^[^@]*@/, '')
    .split(/[^A-Za-z0-9]+/)
    .filter((part) => part !== '')
    .join('_')
}

/** What to write for `ppa:owner/name`, of which only a server outside knows the key. */
function insteadOf(ppa: string): string {
  const [owner = '', name = 'ppa'] = ppa.slice('ppa:'.length).split('/')
  const ring = `/etc/apt/keyrings/${owner}-${name}.asc`
  return [
    `ppa: names no key: write "deb [signed-by=${ring}] https://ppa.launchpadcontent.net/${owner}/${name}/ubuntu {{ ansible_distribution_release }} main"`,
    `and bring ${ring} first, with get_url from "https://keyserver.ubuntu.com/pks/lookup?op=get&search=0x" and the fingerprint that https://launchpad.net/~${owner}/+archive/ubuntu/${name} shows`,
  ].join(', ')
}

/** ansible.builtin.apt_repository. */
export const aptRepositoryModule = module({
  name: 'apt_repository',
  collection: 'ansible.builtin',
  summary: 'A source of packages of apt.',
  options: {
    repo: different('not ppa:, which names no key', str({ required: true })),
    state: done(str({ choices: ['absent', 'present'], default: 'present' })),
    mode: done(mode()),
    update_cache: done(bool(true, { aliases: ['update-cache'] })),
    update_cache_retries: different('apt-get tries by itself', int({ default: 5 })),
    update_cache_retry_max_delay: different('apt-get tries by itself', int({ default: 12 })),
    validate_certs: refused('trust the certificate on the machine', bool(true)),
    filename: done(str()),
    codename: refused('it is for ppa:, which is not supported', str()),
    install_python_apt: different('no Python is used', bool(true)),
  },
  means: ({ repo, state, mode, update_cache, filename }) => {
    if (repo.startsWith('ppa:')) return { option: 'repo', refused: insteadOf(repo) }
    const line = repo.trim()
    return {
      kind: 'apt_source',
      fields: fields({
        line,
        path: `/etc/apt/sources.list.d/${filename ?? nameOf(line)}.list`,
        mode,
        update: update_cache,
        state,
      }),
    }
  },
})
