import { z } from 'zod'
import { fields, fileOptions, ownershipOf } from './file-options.ts'
import { module } from './module.ts'
import { bool, content, different, done, mode, ours, oursAs, path, refused, str } from './option.ts'
import { writtenByPython } from './python-text.ts'

function withoutSlash(path: string): string {
  return path.replace(/(?<=.)\/+$/, '')
}

/** ansible.builtin.copy. */
export const copyModule = module({
  name: 'copy',
  collection: 'ansible.builtin',
  source: 'tree',
  summary: 'A file with a content, or a directory of these.',
  options: {
    ...fileOptions,
    src: done(path()),
    content: done(content()),
    dest: done(path({ required: true })),
    backup: different('kept under /var/lib/understudy/backups', bool(false)),
    force: done(bool(true)),
    directory_mode: done(mode()),
    remote_src: different('of the files of a directory no mode can be said', bool(false)),
    follow: refused('name the file that a link points to', bool(false)),
    local_follow: done(bool(true)),
    checksum: refused('what arrives is what was read: it is compared by its sha256', str()),
    decrypt: different('what the vault encrypted is decrypted', bool(true)),
    validate: done(str()),
    tree: oursAs('What is in the directory, as read from src.', z.array(z.unknown())),
    source_mode: ours('Permissions of the file, as read from src.', str()),
  },
  means: (given) => {
    const { dest, src, remote_src, force, directory_mode, tree } = given
    const name = src?.slice(src.lastIndexOf('/') + 1)
    const isInside = dest.endsWith('/') && name !== undefined && name !== ''
    const place = isInside ? `${dest}${name}` : dest
    const mode = given.mode === 'preserve' ? given.source_mode : given.mode
    const options = fields({
      validate: given.validate,
      backup: given.backup,
      ...ownershipOf({ ...given, mode }),
    })
    if (directory_mode === 'preserve')
      return { option: 'directory_mode', refused: 'must be permissions such as 0755' }
    if (tree !== undefined)
      return {
        kind: 'copied_tree',
        fields: fields({
          dest: withoutSlash(dest),
          tree,
          directory_mode,
          preserve: given.mode === 'preserve',
          once: force ? undefined : true,
          ...options,
        }),
      }
    if (remote_src)
      return {
        kind: 'copied',
        fields: {
          src: src ?? '',
          dest: withoutSlash(dest),
          into: dest.endsWith('/'),
          ...fields({ directory_mode, follow: given.local_follow }),
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
        ...(isInside || name === undefined || name === '' ? {} : { name }),
        content:
          content instanceof Uint8Array ? content : content === undefined ? '' : writtenByPython(content),
        ...(force ? {} : { once: true }),
        ...options,
      },
    }
  },
})
