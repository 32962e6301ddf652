import { fields, fileOptions, ownershipOf } from './file-options.ts'
import { module } from './module.ts'
import { bool, content, different, done, path, raw, refused, str } from './option.ts'
import { writtenByPython } from './python-text.ts'

/** ansible.builtin.copy. */
export const copyModule = module({
  name: 'copy',
  collection: 'ansible.builtin',
  source: 'files',
  summary: 'A file with a content.',
  options: {
    ...fileOptions,
    src: different('one file; a directory is refused', path()),
    content: done(content()),
    dest: different('a path that ends in / gets the name of src', path({ required: true })),
    backup: different('kept under /var/lib/understudy/backups', bool(false)),
    force: done(bool(true)),
    directory_mode: refused('directories are not copied: unarchive a tree', raw()),
    remote_src: done(bool(false)),
    follow: refused('name the file that a link points to', bool(false)),
    local_follow: different('links of the controller are followed', bool(true)),
    checksum: done(str()),
    decrypt: different('what the vault encrypted is decrypted', bool(true)),
    validate: done(str()),
  },
  means: (given) => {
    const { dest, src, remote_src, force } = given
    const place =
      dest.endsWith('/') && src !== undefined ? `${dest}${src.slice(src.lastIndexOf('/') + 1)}` : dest
    const options = fields({ validate: given.validate, backup: given.backup, ...ownershipOf(given) })
    if (given.mode === 'preserve' && !remote_src)
      return { option: 'mode', refused: 'mode: preserve is not supported: write the mode' }
    if (remote_src)
      return {
        kind: 'copied',
        fields: {
          src: src ?? '',
          dest: place,
          force,
          ...(given.mode === 'preserve' ? { preserve: true } : {}),
          ...options,
        },
      }
    const { content } = given
    if (content === undefined && src === undefined) return { refused: 'copy needs "src" or "content"' }
    return {
      kind: 'copy',
      fields: {
        dest: place,
        content:
          content instanceof Uint8Array ? content : content === undefined ? '' : writtenByPython(content),
        ...(force ? {} : { once: true }),
        ...(given.checksum === undefined ? {} : { checksum: given.checksum }),
        ...options,
      },
    }
  },
})
