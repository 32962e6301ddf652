/** A sequence of numbers that looks like chance and is the same each time. */
export function chance(seed: number): Chance {
  let state = (seed * 2_654_435_761) >>> 0 || 1
  const next = () => {
    state ^= state << 13
    state >>>= 0
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state / 2 ** 32
  }
  for (let count = 0; count < 8; count++) next()
  return {
    one: (all) => all[Math.floor(next() * all.length)] as (typeof all)[number],
    happens: (share) => next() < share,
    shuffled: (all) =>
      all
        .map((thing) => ({ thing, at: next() }))
        .toSorted((one, other) => one.at - other.at)
        .map(({ thing }) => thing),
  }
}

/** What is decided by chance. */
export interface Chance {
  one<Thing>(all: readonly Thing[]): Thing
  happens(share: number): boolean
  shuffled<Thing>(all: readonly Thing[]): readonly Thing[]
}

/** A configuration of two or three directors, such as somebody may have written it, with a mistake now and then. */
export function randomDirectors(seed: number): readonly string[] {
  const { one, happens, shuffled } = chance(seed)
  const count = one([2, 2, 3])
  const twice = happens(0.4)
  const slow = happens(0.1)
  const grouped = twice && happens(0.5)
  const weighs = happens(0.5)
  const unicast = happens(0.3)
  const keeps = happens(0.25)
  const delay = !keeps && happens(0.15)
  const both = happens(0.5)
  const file = one(['', '', '', 'weight 0', 'weight -60', 'weight -20', 'weight 0 reverse', 'weight 3'])
  const script = one(['', '', '', 'weight 0', 'weight -60', 'weight 60', 'weight -60 reverse', ''])
  const linked = one(['', '', '', 'weight 0', 'weight -60', 'weight 50'])
  const answers = one(['', '', 'vrrp_higher_prio_send_advert true', 'vrrp_lower_prio_no_advert true'])
  // Whoever has the higher priority is faster by so much that a busy computer does not decide.
  const ladder = (index: number) => shuffled([230, 180, 130, 80]).toSorted((a, b) => b - a)[index] ?? 80
  const orders = [0, 1].map(() => shuffled(Array.from({ length: count }, (_, index) => index)))
  const same = happens(0.06)
  const owner = happens(0.05)
  const starts = one(['MASTER', 'BACKUP', 'BACKUP'])
  // Of a chance of its own, such that the configurations of a seed stay what they were. A session is up when both directors have
  // started: with nopreempt it would decide who was first.
  const bfd = keeps
    ? ''
    : chance(seed + 1_000_000).one(['', '', '', '', '', '', 'weight 0', 'weight -60', 'weight -20'])
  return Array.from({ length: count }, (_, director) => {
    const odd = director === 1 ? one(['vrid', 'vips', 'auth', 'peer', 'version', ...Array(26).fill('')]) : ''
    const instance = (index: number) => {
      const place = orders[happens(0.05) || (!grouped && index === 1) ? 1 : 0]?.indexOf(director) ?? 0
      const priority = owner && place === 0 ? 255 : same ? 130 : ladder(place)
      const device = index === 1 && both ? 'eth1' : 'eth0'
      const network = device === 'eth1' ? 1 : 0
      const peers = Array.from({ length: count }, (_, other) => `10.${network}.0.${11 + other}`)
        .filter((_, other) => other !== director)
        .slice(odd === 'peer' ? 1 : 0)
      const tracked = [
        file === '' || index === 1 ? '' : `track_file {\n    file ${file}\n  }`,
        bfd === '' || index === 1 || director > 1 ? '' : `track_bfd {\n    peer ${bfd}\n  }`,
        script === '' || (index === 1 && !grouped) ? '' : `track_script {\n    script ${script}\n  }`,
        linked === '' || device === 'eth1' ? '' : `track_interface {\n    eth1 ${linked}\n  }`,
      ]
      return `vrrp_instance V${index} {
  version ${slow || odd === 'version' ? 2 : 3}
  state ${place === 0 ? starts : 'BACKUP'}
  interface ${device}
  virtual_router_id ${odd === 'vrid' && index === 0 ? 77 : 51 + index}
  priority ${priority}
  advert_int ${slow || odd === 'version' ? 1 : 0.2}
  ${keeps ? 'nopreempt' : ''}
  ${delay ? 'preempt_delay 1' : ''}
  ${slow || odd === 'auth' ? `authentication {\n    auth_type PASS\n    auth_pass ${odd === 'auth' ? 'other' : 'same'}\n  }` : ''}
  ${unicast ? `unicast_src_ip 10.${network}.0.${11 + director}\n  unicast_peer {\n    ${peers.join('\n    ')}\n  }` : ''}
  virtual_ipaddress {
    10.${network}.0.${100 + index}/24
    ${odd === 'vips' && index === 0 ? '10.0.0.150/24' : ''}
  }
  ${tracked.join('\n  ')}
}`
    }
    return `global_defs {
  router_id d${director + 1}
  script_user root
  ${answers}
}
track_file file {
  file /run/d${director + 1}.file
  init_file ${file.endsWith('reverse') ? 1 : 0} overwrite
}
vrrp_script script {
  script "/usr/bin/test -e /run/d${director + 1}.script"
  interval 1
  fall 1
  rise 1
}
${bfd === '' || director > 1 ? '' : `bfd_instance peer {\n  neighbor_ip 10.0.0.${12 - director}\n  source_ip 10.0.0.${11 + director}\n  min_rx 100\n  min_tx 100\n  multiplier 3\n}`}
${grouped ? `vrrp_sync_group all {\n  group {\n    V0\n    V1\n  }\n  ${weighs ? 'sync_group_tracking_weight' : ''}\n}` : ''}
${[0, ...(twice ? [1] : [])].map(instance).join('\n')}
`
  })
}
