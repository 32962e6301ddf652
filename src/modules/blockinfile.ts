import { fields, fileOptions, ownershipOf } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, path, str } from './option.ts'

/** ansible.builtin.blockinfile. */
export const blockinfileModule = module({
  name: 'blockinfile',
  collection: 'ansible.builtin',
  summary: 'Lines between two markers in a text file.',
  options: {
    ...fileOptions,
    path: done(path({ aliases: ['dest', 'destfile', 'name'], required: true })),
    state: done(str({ choices: ['absent', 'present'], default: 'present' })),
    marker: done(str({ default: '# {mark} ANSIBLE MANAGED BLOCK' })),
    block: done(str({ aliases: ['content'], default: '' })),
    insertafter: done(str({ choices: ['EOF', '*regex*'], default: 'EOF' })),
    insertbefore: done(str({ choices: ['BOF', '*regex*'] })),
    create: different('its directory must be there', bool(false)),
    backup: different('kept under /var/lib/understudy/backups', bool(false)),
    marker_begin: done(str({ default: 'BEGIN' })),
    marker_end: done(str({ default: 'END' })),
    validate: done(str()),
  },
  means: (given) => {
    const { marker, insertbefore } = given
    return {
      kind: 'block_edit',
      fields: fields({
        path: given.path,
        block: given.block,
        state: given.state,
        begin: marker.replaceAll('{mark}', given.marker_begin),
        end: marker.replaceAll('{mark}', given.marker_end),
        after: insertbefore === undefined ? given.insertafter : undefined,
        before: insertbefore,
        create: given.create,
        backup: given.backup,
        validate: given.validate,
        ...ownershipOf(given),
      }),
    }
  },
})
