import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, path, refused, str } from './option.ts'

/** A key with other options before it and another comment behind it. */
function withOptions(line: string, options: string | undefined, comment: string | undefined): string {
  const [, before = '', key = line, after = ''] =
    /^(.*?)\s*((?:sk-)?(?:ssh|ecdsa)-\S+\s+\S+)\s*(.*)$/.exec(line) ?? []
  return [options ?? before, key, comment ?? after].filter((part) => part !== '').join(' ')
}

/** ansible.posix.authorized_key. */
export const authorizedKeyModule = module({
  name: 'authorized_key',
  collection: 'ansible.posix',
  summary: 'Keys with which a user is logged in to.',
  options: {
    user: done(str({ required: true })),
    key: different('the key itself, or several, each on a line; not a URL', str({ required: true })),
    path: done(path()),
    manage_dir: done(bool(true)),
    state: done(str({ choices: ['absent', 'present'], default: 'present' })),
    key_options: done(str()),
    exclusive: done(bool(false)),
    validate_certs: refused('trust the certificate on the machine', bool(true)),
    comment: done(str()),
    follow: refused('name the file that a link points to', bool(false)),
  },
  means: ({ user, key, path, manage_dir, state, key_options, exclusive, comment }) => {
    if (/^(https?|file):/.test(key))
      return { option: 'key', refused: 'a URL is not supported: fetch it with get_url, or write the key' }
    const lines = key
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'))
    const keys = lines.map((line) => withOptions(line, key_options, comment))
    return {
      kind: 'authorized_key',
      fields: fields({ user, keys, path, manage_directory: manage_dir, exclusive, state }),
    }
  },
})
