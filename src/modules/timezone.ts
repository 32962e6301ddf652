import { module } from './module.ts'
import { done, refused, str } from './option.ts'

/** community.general.timezone. */
export const timezoneModule = module({
  name: 'timezone',
  collection: 'community.general',
  summary: 'The time zone of a machine.',
  options: {
    name: done(str()),
    hwclock: refused(
      'run "timedatectl set-local-rtc" with command',
      str({ aliases: ['rtc'], choices: ['local', 'UTC'] }),
    ),
  },
  means: ({ name }) =>
    name === undefined
      ? { refused: '"name" is missing in timezone' }
      : { kind: 'timezone', fields: { name } },
})
