import { fields } from './file-options.ts'
import { module } from './module.ts'
import { different, done, str } from './option.ts'

/** community.general.modprobe. */
export const modprobeModule = module({
  name: 'modprobe',
  collection: 'community.general',
  summary: 'A module of the kernel.',
  options: {
    name: done(str({ required: true })),
    state: done(str({ choices: ['absent', 'present'], default: 'present' })),
    params: done(str({ default: '' })),
    persistent: different(
      'a module is loaded at every boot, too; `absent`: it is not',
      str({ choices: ['disabled', 'absent', 'present'], default: 'disabled' }),
    ),
  },
  means: ({ name, state, params, persistent }) => {
    if (persistent === 'absent' && state === 'present')
      return {
        option: 'persistent',
        refused: 'load it with "command": kernel modules are loaded at every boot here',
      }
    const parameters = params.split(/\s+/).filter((one) => one.includes('='))
    return {
      kind: 'kernel_module',
      fields: fields({
        name,
        state,
        parameters:
          parameters.length > 0 ? Object.fromEntries(parameters.map((one) => one.split('='))) : undefined,
      }),
    }
  },
})
