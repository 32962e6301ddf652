import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, refused, str } from './option.ts'

/** community.general.lvol. */
export const lvolModule = module({
  name: 'lvol',
  collection: 'community.general',
  summary: 'A logical volume of LVM, made and made larger: what would lose data is refused.',
  options: {
    vg: done(str({ required: true })),
    lv: done(str()),
    size: done(str()),
    state: different('`absent` is refused', str({ choices: ['absent', 'present'], default: 'present' })),
    active: different('`no` is refused', bool(true)),
    force: refused('data would be lost: do it by hand', bool(false)),
    opts: done(str()),
    snapshot: refused('run lvcreate with "command", and "creates"', str()),
    pvs: done(str()),
    thinpool: refused('run lvcreate with "command", and "creates"', str()),
    shrink: different('a larger volume is refused, and with `no` left as it is', bool(true)),
    resizefs: done(bool(false)),
  },
  means: (given) => {
    const { vg, lv, size, opts, resizefs: resizes, state, active, shrink } = given
    if (state === 'absent') return { option: 'state', refused: 'data would be lost: run lvremove by hand' }
    if (!active) return { option: 'active', refused: 'run lvchange with "command"' }
    if (lv === undefined) return { refused: 'say which volume: lv' }
    const pvs = given.pvs?.split(',').map((one) => one.trim())
    return { kind: 'logical_volume', fields: fields({ vg, lv, size, pvs, resizes, opts, at_least: !shrink }) }
  },
})
