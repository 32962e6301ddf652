import { fields, fileOptions, ownershipOf } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, path, refused, str } from './option.ts'

/** ansible.builtin.assemble. */
export const assembleModule = module({
  name: 'assemble',
  collection: 'ansible.builtin',
  summary: 'A file put together from the files of a directory.',
  options: {
    ...fileOptions,
    src: different('a directory of the machine', path({ required: true })),
    dest: done(path({ required: true })),
    backup: different('kept under /var/lib/understudy/backups', bool(false)),
    delimiter: done(str()),
    remote_src: refused('bring the files with copy first', bool(true)),
    regexp: done(str()),
    ignore_hidden: done(bool(false)),
    validate: done(str()),
    decrypt: refused('bring the files with copy first', bool(true)),
  },
  means: ({ src, dest, backup, delimiter, regexp, ignore_hidden, validate, ...given }) => ({
    kind: 'assembled',
    fields: fields({
      src,
      path: dest,
      backup,
      delimiter,
      regexp,
      hidden: !ignore_hidden,
      validate,
      ...ownershipOf(given),
    }),
  }),
})
