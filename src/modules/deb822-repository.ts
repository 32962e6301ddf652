import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, int, list, mode, refused, str } from './option.ts'

/** Options that are lines of the file, in the order in which they are written, and what they are called there. */
const written = {
  types: 'Types',
  uris: 'URIs',
  suites: 'Suites',
  components: 'Components',
  architectures: 'Architectures',
  languages: 'Languages',
  targets: 'Targets',
  signed_by: 'Signed-By',
  trusted: 'Trusted',
  enabled: 'Enabled',
  by_hash: 'By-Hash',
  pdiffs: 'PDiffs',
  check_date: 'Check-Date',
  check_valid_until: 'Check-Valid-Until',
  date_max_future: 'Date-Max-Future',
  inrelease_path: 'InRelease-Path',
  allow_insecure: 'Allow-Insecure',
  allow_weak: 'Allow-Weak',
  allow_downgrade_to_insecure: 'Allow-Downgrade-To-Insecure',
} as const

function lineOf(name: string, value: unknown): string {
  if (Array.isArray(value)) return `${name}: ${value.join(' ')}`
  if (typeof value === 'boolean') return `${name}: ${value ? 'yes' : 'no'}`
  const text = String(value).trim()
  // A key that stands in the file itself: lines are set in, empty ones hold a dot.
  return text.includes('\n')
    ? `${name}:\n${text.replaceAll(/^$/gm, '.').replaceAll(/^/gm, ' ')}`
    : `${name}: ${text}`
}

/** ansible.builtin.deb822_repository, which came with ansible-core 2.15. */
export const deb822RepositoryModule = module({
  name: 'deb822_repository',
  collection: 'ansible.builtin',
  summary: 'A source of packages of apt, in a file of its own.',
  options: {
    name: done(str({ required: true })),
    state: done(str({ choices: ['absent', 'present'], default: 'present' })),
    types: done(list({ choices: ['deb', 'deb-src'], default: ['deb'] })),
    uris: done(list()),
    suites: done(list()),
    components: done(list()),
    architectures: done(list()),
    languages: done(list()),
    targets: done(list()),
    signed_by: different('a path, or the key itself; not a URL', str()),
    trusted: done(bool()),
    enabled: done(bool()),
    by_hash: done(bool()),
    pdiffs: done(bool()),
    check_date: done(bool()),
    check_valid_until: done(bool()),
    date_max_future: done(int()),
    inrelease_path: done(str()),
    allow_insecure: done(bool()),
    allow_weak: done(bool()),
    allow_downgrade_to_insecure: done(bool()),
    mode: done(mode({ default: '0644' })),
    install_python_debian: refused('no Python is used', bool(false)),
  },
  means: (given) => {
    const { name, state, signed_by, uris, suites } = given
    const path = `/etc/apt/sources.list.d/${name
      .toLowerCase()
      .replaceAll(/[_\s]+/g, '-')
      .replaceAll(/[^a-z0-9-]/g, '')}.sources`
    if (state === 'absent') return { kind: 'gone', fields: { path } }
    if (signed_by !== undefined && /^[a-z]+:\/\//.test(signed_by))
      return {
        option: 'signed_by',
        refused: 'a URL is not supported: fetch the key with get_url, and name the file',
      }
    if (!uris || !suites) return { refused: 'say "uris" and "suites"' }
    const lines = Object.entries(written).flatMap(([option, word]) => {
      const value = (given as Readonly<Record<string, unknown>>)[option]
      return value === undefined ? [] : [lineOf(word, value)]
    })
    const content = [`X-Repolib-Name: ${name}`, ...lines, ''].join('\n')
    return { kind: 'copy', fields: fields({ dest: path, content, mode: given.mode }) }
  },
})
