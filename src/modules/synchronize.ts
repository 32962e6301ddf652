import { z } from 'zod'
import { rsyncFilter } from '../resources/rsync-filter.ts'
import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, int, list, ours, oursAs, path, refused, str } from './option.ts'

const ownWay = 'files go over the connection that the task has'
const inOneStep = 'each file is replaced in one step'

interface Entry {
  readonly is: string
  readonly path: string
}

/** ansible.posix.synchronize. */
export const synchronizeModule = module({
  name: 'synchronize',
  collection: 'ansible.posix',
  source: 'tree',
  summary: 'A directory of the controller with all that is in it, and nothing else where that is said.',
  options: {
    src: done(str({ required: true })),
    dest: done(str({ required: true })),
    dest_port: different(ownWay, int()),
    mode: different('pull is refused: use fetch', str({ choices: ['pull', 'push'], default: 'push' })),
    archive: different('owners and times are not carried over', bool(true)),
    checksum: different('files are compared by what they hold, always', bool(false)),
    compress: different(ownWay, bool(true)),
    existing_only: refused('name the files that are meant', bool(false)),
    delete: done(bool(false)),
    dirs: refused('make directories with "file"', bool(false)),
    recursive: done(bool()),
    links: done(bool()),
    copy_links: done(bool(false)),
    perms: done(bool()),
    times: different('the time of a file is when it was written', bool()),
    owner: different('what is written belongs to whoever writes it: set it with "file"', bool()),
    group: different('what is written belongs to whoever writes it: set it with "file"', bool()),
    rsync_path: different('no rsync is needed on the machine: who may write is said with become', str()),
    rsync_timeout: different(ownWay, int({ default: 0 })),
    set_remote_user: different(ownWay, bool(true)),
    use_ssh_args: different(ownWay, bool(false)),
    ssh_connection_multiplexing: different(ownWay, bool(false)),
    rsync_opts: different('--exclude and --include, and what changes nothing of what arrives', list()),
    partial: different(inOneStep, bool(false)),
    verify_host: different('hosts are always known by their keys', bool(false)),
    private_key: different(ownWay, path()),
    link_dest: refused('files are no links to others', list()),
    delay_updates: different(inOneStep, bool(true)),
    tree: oursAs('What is in the directory, as read from src.', z.array(z.unknown())),
    content: oursAs('The file, as read from src.', z.union([z.string(), z.instanceof(Uint8Array)])),
    source_mode: ours('Permissions of the file, as read from src.', str()),
  },
  means: (given) => {
    const { src, dest, mode, archive, tree, rsync_opts = [] } = given
    if (mode === 'pull')
      return { option: 'mode', refused: 'pull is not supported: bring files from a machine with fetch' }
    const filter = rsyncFilter(rsync_opts)
    if (filter.unknown !== undefined)
      return { option: 'rsync_opts', refused: `${filter.unknown} is not supported: no rsync is run` }
    const place = dest.replace(/(?<=.)\/+$/, '')
    const perms = given.perms ?? archive
    if (tree === undefined) {
      const name = src.slice(src.lastIndexOf('/') + 1)
      return {
        kind: 'copy',
        fields: fields({
          dest: dest.endsWith('/') ? `${place}/${name}` : place,
          name: dest.endsWith('/') || name === '' ? undefined : name,
          content: given.content ?? '',
          mode: perms ? given.source_mode : undefined,
        }),
      }
    }
    if (!(given.recursive ?? archive)) return { refused: 'a directory needs "recursive: yes"' }
    const keepsLinks = (given.links ?? archive) || given.copy_links
    const name = src.endsWith('/') ? undefined : (tree[0] as Entry | undefined)?.path
    return {
      kind: 'copied_tree',
      fields: fields({
        dest: place,
        tree: tree.filter((entry) => keepsLinks || (entry as Entry).is !== 'link'),
        as_here: perms ? 'always' : 'when made',
        alone: given.delete ? { below: name, excluded: rsync_opts } : undefined,
      }),
    }
  },
})
