import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, ours, path, str } from './option.ts'

/** ansible.builtin.cron. */
export const cronModule = module({
  name: 'cron',
  collection: 'ansible.builtin',
  summary: 'A job in a table of cron.',
  options: {
    name: done(str({ required: true })),
    user: different('root where nobody is named', str()),
    job: done(str({ aliases: ['value'] })),
    state: done(str({ choices: ['absent', 'present'], default: 'present' })),
    cron_file: done(path()),
    backup: different('the plan shows the table that is replaced; no copy is kept', bool(false)),
    minute: done(str({ default: '*' })),
    hour: done(str({ default: '*' })),
    day: done(str({ aliases: ['dom'], default: '*' })),
    month: done(str({ default: '*' })),
    weekday: done(str({ aliases: ['dow'], default: '*' })),
    special_time: done(
      str({ choices: ['annually', 'daily', 'hourly', 'monthly', 'reboot', 'weekly', 'yearly'] }),
    ),
    disabled: done(bool(false)),
    env: done(bool(false)),
    insertafter: done(str()),
    insertbefore: done(str()),
    schedule: ours('With command: a job in a file of its own in /etc/cron.d, such as `*/5 * * * *`.', str()),
    command: ours('With schedule: a line of shell; `%` means itself.', str()),
  },
  means: (given) => {
    const {
      name,
      user = 'root',
      job = '',
      state,
      cron_file,
      special_time,
      disabled,
      env,
      schedule,
      command,
    } = given
    if (schedule !== undefined || command !== undefined)
      return { kind: 'cron', fields: fields({ name, schedule, user, command, state }) }
    if (state === 'present' && job === '') return { refused: '"job" is missing in cron' }
    const file = cron_file === undefined || cron_file.startsWith('/') ? cron_file : `/etc/cron.d/${cron_file}`
    const times =
      special_time === undefined
        ? [given.minute, given.hour, given.day, given.month, given.weekday].join(' ')
        : `@${special_time}`
    const work = job.replace(/^[\r\n]+|[\r\n]+$/g, '')
    const line = env ? work : `${disabled ? '#' : ''}${times} ${file === undefined ? '' : `${user} `}${work}`
    return {
      kind: 'crontab',
      fields: fields({
        name,
        user,
        file,
        line,
        variable: env,
        after: given.insertafter,
        before: given.insertbefore,
        state,
      }),
    }
  },
})
