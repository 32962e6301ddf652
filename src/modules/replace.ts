import { fields, fileOptions, ownershipOf } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, path, refused, str } from './option.ts'

/** ansible.builtin.replace. */
export const replaceModule = module({
  name: 'replace',
  collection: 'ansible.builtin',
  summary: 'Every match of a regular expression in a file, replaced.',
  options: {
    ...fileOptions,
    path: done(path({ aliases: ['dest', 'destfile', 'name'], required: true })),
    regexp: done(str({ required: true })),
    replace: done(str()),
    after: done(str()),
    before: done(str()),
    backup: different('kept under /var/lib/understudy/backups', bool(false)),
    others: refused('write them as options of their own', str()),
    encoding: refused('files are read as UTF-8', str({ default: 'utf-8' })),
    validate: done(str()),
  },
  means: ({ path, regexp, replace, after, before, backup, validate, ...given }) => ({
    kind: 'replace_edit',
    fields: fields({ path, regexp, replace, after, before, backup, validate, ...ownershipOf(given) }),
  }),
})
