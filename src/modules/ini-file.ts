import { fields, fileOptions, ownershipOf } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, list, path, str } from './option.ts'

/** community.general.ini_file. */
export const iniFileModule = module({
  name: 'ini_file',
  collection: 'community.general',
  summary: 'An option of an INI file.',
  options: {
    ...fileOptions,
    path: done(path({ aliases: ['dest'], required: true })),
    section: done(str()),
    option: done(str()),
    value: done(str()),
    values: done(list()),
    backup: different('kept under /var/lib/understudy/backups', bool(false)),
    state: done(str({ choices: ['absent', 'present'], default: 'present' })),
    exclusive: done(bool(true)),
    no_extra_spaces: done(bool(false)),
    create: different('its directory must be there', bool(true)),
    allow_no_value: done(bool(false)),
  },
  means: (given) => {
    const { value, values } = given
    if (given.state === 'present' && !given.allow_no_value && value === undefined && values === undefined)
      return { refused: 'say "value" or "values", or "allow_no_value: yes"' }
    return {
      kind: 'ini_edit',
      fields: fields({
        path: given.path,
        section: given.section,
        option: given.option,
        values: values ?? (value === undefined ? undefined : [value]),
        exclusive: given.exclusive,
        bare: given.allow_no_value,
        tight: given.no_extra_spaces,
        state: given.state,
        create: given.create,
        backup: given.backup,
        ...ownershipOf(given),
      }),
    }
  },
})
