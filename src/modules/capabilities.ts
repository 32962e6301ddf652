import { module } from './module.ts'
import { different, done, str } from './option.ts'

/** community.general.capabilities. */
export const capabilitiesModule = module({
  name: 'capabilities',
  collection: 'community.general',
  summary: 'What a program may do although nobody who starts it may: plans ask getcap.',
  options: {
    path: done(str({ aliases: ['key'], required: true })),
    capability: different(
      'what is there already changes nothing, whether it is written with + or =',
      str({ aliases: ['cap'], required: true }),
    ),
    state: done(str({ choices: ['absent', 'present'], default: 'present' })),
  },
  means: ({ path, capability, state }) =>
    state === 'present' && !/[-=+]/.test(capability)
      ? { option: 'capability', refused: 'must be such as cap_net_raw+ep' }
      : {
          kind: 'file_capability',
          fields: { path: path.trim(), capability: capability.trim().toLowerCase(), state },
        },
})
