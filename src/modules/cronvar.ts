import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, str } from './option.ts'

/** community.general.cronvar. */
export const cronvarModule = module({
  name: 'cronvar',
  collection: 'community.general',
  summary: 'A variable in a table of cron.',
  options: {
    name: done(str({ required: true })),
    value: done(str()),
    insertafter: done(str()),
    insertbefore: done(str()),
    state: done(str({ choices: ['absent', 'present'], default: 'present' })),
    user: different('root where nobody is named', str()),
    cron_file: done(str()),
    backup: different('the plan shows the table that is replaced; no copy is kept', bool(false)),
  },
  means: ({ name, value, insertafter, insertbefore, state, user, cron_file }) => {
    if (state === 'present' && value === undefined) return { refused: '"value" is missing in cronvar' }
    if (insertafter !== undefined && insertbefore !== undefined)
      return { option: 'insertbefore', refused: '"insertafter" and "insertbefore" do not go together' }
    return {
      kind: 'crontab',
      fields: fields({
        name,
        user,
        file: cron_file === undefined || cron_file.startsWith('/') ? cron_file : `/etc/cron.d/${cron_file}`,
        line: value,
        variable: true,
        bare: true,
        after: insertafter,
        before: insertbefore,
        state,
      }),
    }
  },
})
