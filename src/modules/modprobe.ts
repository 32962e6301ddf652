import { module } from './module.ts'
import { done, str } from './option.ts'

/** community.general.modprobe. */
export const modprobeModule = module({
  name: 'modprobe',
  collection: 'community.general',
  summary: 'A module of the kernel.',
  options: {
    name: done(str({ required: true })),
    state: done(str({ choices: ['absent', 'present'], default: 'present' })),
    params: done(str({ default: '' })),
    persistent: done(str({ choices: ['disabled', 'absent', 'present'], default: 'disabled' })),
  },
  means: ({ name, state, params, persistent }) => ({
    kind: 'modprobe',
    fields: { name, state, at_boot: persistent, parameters: params.split(/\s+/).filter((one) => one !== '') },
  }),
})
