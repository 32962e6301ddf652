import type { Mistake } from './mistakes.ts'

const inInstance = (lines: string) => [['advert_int 1', `advert_int 1\n  ${lines}`]] as const
const above = (lines: string) => [['vrrp_instance', `${lines}\nvrrp_instance`]] as const
const watched = (kind: string, weight: string, definition: string) => [
  ...inInstance(`track_${kind} {\n    front${weight}\n  }`),
  ...above(definition),
]
const session = 'bfd_instance front {\n  neighbor_ip 192.0.2.1\n'

/** Mistakes about weights of what is tracked, and who takes a VIP back. */
export const mistakenNumbers: readonly Mistake[] = [
  ['keepalived-weight', [['weight -30', 'weight -254']], /weight -254 must be in \[-253, 253\]/],
  [
    'keepalived-weight',
    [['track_script {\n    web', 'track_script {\n    web weight -255']],
    /weight must be between \[-253\.\.253\]/,
  ],
  [
    'keepalived-weight',
    [...inInstance('track_interface {\n    eth0 weight 300\n  }')],
    /weight 300 for eth0 must be between|eth0 doesn't exist/,
  ],
  [
    'keepalived-weight',
    watched('process', '', 'vrrp_track_process front {\n  process nginx\n  weight 255\n}'),
    /must be between \[-254\.\.254\]/,
  ],
  [
    'keepalived-weight',
    watched('file', ' weight -255', 'track_file front {\n  file /run/front\n}'),
    /must be in \[-254\.\.254\]/,
  ],
  ['keepalived-weight', watched('bfd', '', `${session}  weight 254\n}`), /must be in range \[-253-253\]/],
  ['keepalived-weight', watched('bfd', ' weight 254', `${session}}`), /must be in \[-253\.\.253\]/],
  [
    'keepalived-said-twice',
    [['track_script {\n    web', 'track_script {\n    web\n    web']],
    /duplicate track_script web/,
  ],
  [
    'keepalived-nopreempt',
    [
      ['state «MASTER|BACKUP»', 'state BACKUP\n  nopreempt'],
      ['priority «110|100»', 'priority «255|100»'],
      ['  weight -30\n', ''],
    ],
    /nopreempt is incompatible with priority 255|Non-existent interface/,
  ],
  ['keepalived-nopreempt', [['state «MASTER|BACKUP»', 'state BACKUP\n  nopreempt\n  preempt']]],
]
