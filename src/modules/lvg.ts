import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, list, refused, str } from './option.ts'

/** community.general.lvg. */
export const lvgModule = module({
  name: 'lvg',
  collection: 'community.general',
  summary: 'A volume group of LVM, made and made larger: what would lose data is refused.',
  options: {
    vg: done(str({ required: true })),
    pvs: done(list()),
    pesize: done(str({ default: '4' })),
    pv_options: refused('run pvcreate with "command", and "unless"', str({ default: '' })),
    pvresize: refused('run pvresize with "command"', bool(false)),
    vg_options: done(str({ default: '' })),
    state: different('`absent` is refused', str({ choices: ['absent', 'present'], default: 'present' })),
    force: refused('data would be lost: do it by hand', bool(false)),
  },
  means: (given) => {
    const { vg, pvs, pesize: extent, vg_options: opts, state } = given
    if (state === 'absent') return { option: 'state', refused: 'data would be lost: run vgremove by hand' }
    return { kind: 'volume_group', fields: fields({ vg, pvs, extent, opts }) }
  },
})
