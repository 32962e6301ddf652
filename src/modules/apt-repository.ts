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
    if (repo.startsWith('ppa:'))
      return {
        option: 'repo',
        refused: 'ppa: is not supported: write the line of the source, and its key with apt_key or signed-by',
      }
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
