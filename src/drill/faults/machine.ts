import { sh } from '../../shell/quote.ts'
import type { Fault } from '../fault.ts'

const fill = '/var/lib/understudy/drill-fill'

// Detached, so that the program which asked for it still ends in order.
const reboot = () =>
  sh`systemd-run --quiet --collect --on-active=1 --timer-property=AccuracySec=100ms systemctl --no-block reboot`

/** Faults of a whole machine. */
export const machineFaults: readonly Fault[] = [
  {
    name: 'disk-full',
    summary: 'the disk of the director that holds the VIP is full',
    strikes: 'holder',
    toll: 'nothing',
    inject: () => sh`mkdir -p /var/lib/understudy
us_free=$(df -P -k /var/lib/understudy | awk 'NR == 2 { print $4 }')
fallocate -l "\${us_free}K" ${fill} 2>/dev/null || dd if=/dev/zero of=${fill} bs=1M 2>/dev/null || :
dd if=/dev/zero of=${fill}.rest bs=4k 2>/dev/null || :`,
    undo: () => sh`rm -f ${fill} ${fill}.rest`,
  },
  {
    name: 'director-rebooted',
    summary: 'the director that holds the VIP is rebooted',
    strikes: 'holder',
    toll: 'handover',
    inject: reboot,
    undo: () => sh`:`,
  },
  {
    name: 'directors-rebooted',
    summary:
      'all directors are rebooted at once: nobody serves until they are back, and then everything does',
    strikes: 'all-directors',
    toll: 'whole',
    inject: reboot,
    undo: () => sh`:`,
  },
  {
    name: 'power-lost',
    summary: 'the director that holds the VIP loses its power; for machines of a lab',
    strikes: 'holder',
    toll: 'takeover',
    cutsPower: true,
  },
]
