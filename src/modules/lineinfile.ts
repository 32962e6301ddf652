import { fields, fileOptions, ownershipOf } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, path, refused, str } from './option.ts'

/** ansible.builtin.lineinfile. */
export const lineinfileModule = module({
  name: 'lineinfile',
  collection: 'ansible.builtin',
  summary: 'A line of a text file.',
  options: {
    ...fileOptions,
    path: done(path({ aliases: ['dest', 'destfile', 'name'], required: true })),
    regexp: done(str({ aliases: ['regex'] })),
    search_string: done(str()),
    state: done(str({ choices: ['absent', 'present'], default: 'present' })),
    line: done(str({ aliases: ['value'] })),
    backrefs: done(bool(false)),
    insertafter: done(str({ choices: ['EOF', '*regex*'], default: 'EOF' })),
    insertbefore: done(str({ choices: ['BOF', '*regex*'] })),
    create: different('its directory must be there', bool(false)),
    backup: different('kept under /var/lib/understudy/backups', bool(false)),
    firstmatch: done(bool(false)),
    others: refused('write them as options of their own', str()),
    validate: done(str()),
  },
  means: (given) => {
    const { line, regexp, search_string, state, insertbefore, backrefs } = given
    if (regexp !== undefined && search_string !== undefined)
      return { option: 'search_string', refused: 'give "regexp" or "search_string"' }
    if (state === 'present' && line === undefined) return { refused: '"line" is missing in lineinfile' }
    if (state === 'absent' && (line ?? regexp ?? search_string) === undefined)
      return { refused: 'say which line: "line", "regexp" or "search_string"' }
    if (backrefs && regexp === undefined) return { option: 'backrefs', refused: '"backrefs" needs "regexp"' }
    return {
      kind: 'line_edit',
      fields: fields({
        path: given.path,
        line,
        regexp,
        search: search_string,
        state,
        backrefs,
        after: insertbefore === undefined ? given.insertafter : undefined,
        before: insertbefore,
        first: given.firstmatch,
        create: given.create,
        backup: given.backup,
        validate: given.validate,
        ...ownershipOf(given),
      }),
    }
  },
})
