import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, str } from './option.ts'

/** community.general.pam_limits. */
export const pamLimitsModule = module({
  name: 'pam_limits',
  collection: 'community.general',
  summary: 'What somebody may use of the machine at most.',
  options: {
    domain: done(str({ required: true })),
    limit_type: done(str({ choices: ['hard', 'soft', '-'], required: true })),
    limit_item: done(
      str({
        choices: [
          'core',
          'data',
          'fsize',
          'memlock',
          'nofile',
          'rss',
          'stack',
          'cpu',
          'nproc',
          'as',
          'maxlogins',
          'maxsyslogins',
          'priority',
          'locks',
          'sigpending',
          'msgqueue',
          'nice',
          'rtprio',
          'chroot',
        ],
        required: true,
      }),
    ),
    value: done(str({ required: true })),
    backup: different('kept under /var/lib/understudy/backups', bool(false)),
    use_min: done(bool(false)),
    use_max: done(bool(false)),
    dest: done(str({ default: '/etc/security/limits.conf' })),
    comment: done(str({ default: '' })),
  },
  means: ({ domain, limit_type, limit_item, value, use_min, use_max, dest, backup, comment }) => {
    if (use_min && use_max)
      return { option: 'use_max', refused: '"use_min" and "use_max" do not go together' }
    const isNice = limit_item === 'nice' || limit_item === 'priority'
    if (isNice ? !/^(-?1?\d|-20)$/.test(value) : !/^(unlimited|infinity|-1|\d+)$/.test(value))
      return {
        option: 'value',
        refused: isNice ? 'must be from -20 to 19' : 'must be a number, or unlimited',
      }
    return {
      kind: 'pam_limit',
      fields: fields({
        path: dest,
        domain,
        type: limit_type,
        item: limit_item,
        value,
        of: use_max ? 'most' : use_min ? 'least' : 'this',
        backup,
        comment,
      }),
    }
  },
})
