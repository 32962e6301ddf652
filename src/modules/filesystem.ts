import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, path, refused, str } from './option.ts'

/** community.general.filesystem. */
export const filesystemModule = module({
  name: 'filesystem',
  collection: 'community.general',
  summary: 'A file system on a device that has nothing on it: what holds something is refused.',
  options: {
    state: different('`absent` is refused', str({ choices: ['present', 'absent'], default: 'present' })),
    fstype: done(
      str({
        aliases: ['type'],
        choices: [
          'btrfs',
          'ext2',
          'ext3',
          'ext4',
          'ext4dev',
          'f2fs',
          'lvm',
          'ocfs2',
          'reiserfs',
          'xfs',
          'vfat',
          'swap',
          'ufs',
        ],
      }),
    ),
    dev: done(path({ aliases: ['device'], required: true })),
    force: refused('what the device holds would be lost: run wipefs by hand', bool(false)),
    resizefs: refused('run resize2fs or xfs_growfs with "command", or lvol with resizefs', bool(false)),
    opts: done(str()),
  },
  means: (given) => {
    const { dev, fstype, opts, state } = given
    if (state === 'absent')
      return { option: 'state', refused: 'what the device holds would be lost: run wipefs by hand' }
    if (fstype === undefined) return { refused: 'say which: fstype' }
    return { kind: 'filesystem', fields: fields({ dev, type: fstype, opts }) }
  },
})
