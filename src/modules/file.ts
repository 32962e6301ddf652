import { fields, fileOptions, ownershipOf } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, path, refused, str } from './option.ts'

/** Times of a file: they are set when it is made, and kept. */
function times() {
  const { schema, documented } = str()
  return {
    documented,
    schema: () =>
      schema().refine(
        (time) => time === undefined || time === 'preserve' || time === 'now',
        'must be preserve or now: run touch with "command" for another time',
      ),
  }
}

/** ansible.builtin.file. */
export const fileModule = module({
  name: 'file',
  collection: 'ansible.builtin',
  summary: 'A file, directory or link: its owner and mode, or its absence.',
  options: {
    ...fileOptions,
    path: done(path({ aliases: ['dest', 'name'], required: true })),
    state: different(
      '`touch` leaves the times of a file that is there',
      str({ choices: ['absent', 'directory', 'file', 'hard', 'link', 'touch'] }),
    ),
    src: done(path()),
    recurse: done(bool(false)),
    force: different('a link replaces a file with it; never a directory', bool(false)),
    follow: different('owner and mode are those of the path itself: a link is refused', bool(true)),
    modification_time: different('preserve or now: those of a file that is there stay', times()),
    modification_time_format: refused('run touch with "command"', str({ default: '%Y%m%d%H%M.%S' })),
    access_time: different('preserve or now: those of a file that is there stay', times()),
    access_time_format: refused('run touch with "command"', str({ default: '%Y%m%d%H%M.%S' })),
  },
  means: ({ path, state, src, recurse, force, ...given }) => {
    const own = ownershipOf(given)
    switch (state ?? (src === undefined ? (recurse ? 'directory' : 'file') : 'link')) {
      case 'absent':
        return { kind: 'gone', fields: { path } }
      case 'directory':
        return {
          kind: 'directory',
          fields: fields({ path, recurse: recurse || undefined, parents: true, ...own }),
        }
      case 'link':
        return src === undefined
          ? { refused: 'a link needs "src": where it points' }
          : { kind: 'link', fields: fields({ path, src, force: force || undefined }) }
      case 'hard':
        return src === undefined
          ? { refused: 'a link needs "src": where it points' }
          : { kind: 'hard_link', fields: { path, target: src, force } }
      case 'touch':
        return { kind: 'file', fields: { path, state: 'touch', ...own } }
      default:
        return { kind: 'path_ownership', fields: { path, ...own } }
    }
  },
})
