import { module } from './module.ts'
import { bool, different, done, path, refused, str } from './option.ts'

/** ansible.builtin.known_hosts. */
export const knownHostsModule = module({
  name: 'known_hosts',
  collection: 'ansible.builtin',
  summary: 'A key of another machine, by which ssh knows it.',
  options: {
    name: done(str({ aliases: ['host'], required: true })),
    key: done(str()),
    path: different('its directory must be there', path({ default: '~/.ssh/known_hosts' })),
    hash_host: refused('hashed names are not written', bool(false)),
    state: done(str({ choices: ['absent', 'present'], default: 'present' })),
  },
  means: ({ name, key, path, state }) => {
    const host = name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
    if (state === 'absent')
      return { kind: 'line_edit', fields: { path, regexp: `^(\\S+,)?${host}[, ]`, state } }
    if (key === undefined) return { refused: '"key" is missing in known_hosts' }
    const [, type = ''] = key.trim().split(/\s+/)
    const line = key.trim()
    return {
      kind: 'line_edit',
      fields: { path, regexp: `^(\\S+,)?${host}(,\\S+)?\\s+${type}\\s`, line, create: true },
    }
  },
})
