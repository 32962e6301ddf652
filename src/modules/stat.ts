import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, path, str } from './option.ts'

/** ansible.builtin.stat. */
export const statModule = module({
  name: 'stat',
  collection: 'ansible.builtin',
  summary: 'What stands at a path.',
  options: {
    path: done(path({ aliases: ['dest', 'name'], required: true })),
    follow: done(bool(false)),
    get_checksum: done(bool(true)),
    checksum_algorithm: done(
      str({
        aliases: ['checksum', 'checksum_algo'],
        choices: ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'],
        default: 'sha1',
      }),
    ),
    get_mime: different('it is not told', bool(true, { aliases: ['mime', 'mime_type', 'mime-type'] })),
    get_attributes: different('they are not told', bool(true, { aliases: ['attr', 'attributes'] })),
  },
  means: ({ path, follow, get_checksum, checksum_algorithm }) => ({
    kind: 'asked_stat',
    fields: fields({ path, follow, sum: get_checksum ? checksum_algorithm : undefined }),
  }),
})
