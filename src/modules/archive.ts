import { z } from 'zod'
import { fields, fileOptions, ownershipOf } from './file-options.ts'
import { type Meaning, module } from './module.ts'
import { bool, different, done, int, mayLack, ours, oursAs, path, paths, str } from './option.ts'

/** What our own kind of this name takes. */
function unpacked(given: {
  readonly src: string | undefined
  readonly dest: string | undefined
  readonly content: string | Uint8Array | undefined
  readonly remote_src: boolean | undefined
  readonly sha256: string | undefined
  readonly strip: number | undefined
  readonly creates: string | undefined
  readonly owner: string | undefined
  readonly group: string | undefined
}): Meaning {
  const { src, dest, content, remote_src, sha256, strip, creates, owner, group } = given
  return {
    kind: 'archive',
    fields: fields({
      src,
      dest,
      ...(remote_src ? { remote_src } : { content: content ?? '' }),
      sha256,
      strip,
      creates,
      owner,
      group,
    }),
  }
}

/** community.general.archive. */
export const archiveModule = module({
  name: 'archive',
  collection: 'community.general',
  summary: 'An archive of files of a machine; with `src`, one that is unpacked there.',
  source: 'files',
  options: {
    ...fileOptions,
    path: mayLack(
      different('`*` and `?` stand for signs of the last part of a path', paths({ required: true })),
    ),
    format: done(str({ choices: ['bz2', 'gz', 'tar', 'xz', 'zip'], default: 'gz' })),
    dest: done(path()),
    exclude_path: done(paths({ default: [] })),
    exclusion_patterns: done(paths()),
    force_archive: done(bool(false)),
    remove: done(bool(false)),
    src: ours(
      'An archive that is unpacked into `dest`: of the controller, or of the machine with remote_src.',
      str(),
    ),
    content: oursAs(
      'That archive itself, as read from src.',
      z.union([z.string(), z.instanceof(Uint8Array)]),
    ),
    remote_src: ours('`src` is a path on the machine.', bool()),
    sha256: ours('What that archive must be; another one is refused.', str()),
    strip: ours('Leading directories to drop from its names; not for zip.', int()),
    creates: ours('A path that it brings: unpacked again where that is missing.', str()),
  },
  means: (given) => {
    if (given.src !== undefined) return unpacked(given)
    const { path: paths = [], dest, format, exclude_path: exclude, remove, force_archive } = given
    if (paths.length === 0) return { refused: 'say what is packed: path' }
    const [first = ''] = paths
    const isPattern = paths.some((path) => /[*?[]/.test(path))
    if (paths.some((path) => /[*?[].*\//s.test(path)))
      return { option: 'path', refused: 'only the last part of a path may have * and ?' }
    if (dest === undefined && (paths.length > 1 || isPattern)) return { refused: 'say where it goes: dest' }
    return {
      kind: 'packed_archive',
      fields: fields({
        paths,
        dest: dest ?? `${first.replace(/\/+$/, '')}.${format}`,
        format,
        alone: !force_archive && paths.length === 1,
        exclude,
        patterns: given.exclusion_patterns,
        remove,
        ...ownershipOf(given),
      }),
    }
  },
})
