import { sh } from '../../shell/quote.ts'
import type { Fault } from '../fault.ts'

const fill = 'understudy-drill-fill.service'

// The files have no name any more when they fill the disk: with the last process that holds them, and with a reboot,
// the space is free again, whoever forgets to free it. No braces around names: systemd would replace them itself.
const fillDisk = sh`cd /var/lib/understudy || exit
exec 3>drill-fill 4>drill-fill.rest
rm -f drill-fill drill-fill.rest
us_at=0 us_step=1048576
while [ "$us_step" -ge 4 ]; do
  if fallocate -o "$us_at"K -l "$us_step"K /proc/self/fd/3 2>/dev/null; then us_at=$((us_at + us_step))
  else us_step=$((us_step / 2)); fi
done
dd if=/dev/zero bs=1M >&4 2>/dev/null
sleep 86400 &`

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
    // It counts as started once the disk is full and its first process has ended.
    inject: () => sh`mkdir -p /var/lib/understudy
systemd-run --quiet --collect --unit=${fill} --service-type=forking /bin/sh -c ${fillDisk}`,
    undo: () => sh`systemctl stop ${fill} 2>/dev/null || :`,
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
    summary: 'the director that holds the VIP loses its power, which somebody beside it must be able to cut',
    strikes: 'holder',
    toll: 'takeover',
    cutsPower: true,
  },
]
