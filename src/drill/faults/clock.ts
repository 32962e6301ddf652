import { embed, sh } from '../../shell/quote.ts'
import type { Fault } from '../fault.ts'

/** Seconds. */
const jump = 600

const note = '/run/understudy-drill-clock'
const daemons = `${note}.daemons`

/** Whoever keeps clocks, by the names of their units; some of them are names of one. */
const timeDaemons = ['chronyd', 'chrony', 'systemd-timesyncd', 'ntpsec', 'ntpd', 'ntp', 'openntpd']

/** Both clocks in hundredths of a second: the one that nobody sets, and the one that is set. */
const clocks = sh`us_clocks() {
  read -r us_up _ </proc/uptime
  us_real=$(date +%s.%N)
  us_up=\${us_up%.*}\${us_up#*.}
  us_part=\${us_real#*.}
  # Some know no %N: whole seconds are better than nothing.
  case $us_part in [0-9][0-9]*) us_part=\${us_part%"\${us_part#??}"} ;; *) us_part=00 ;; esac
  us_real=\${us_real%.*}$us_part
}
us_set() {
  us_whole=$(($1 / 100))
  date -s "@$us_whole.$(printf '%02d' $(($1 % 100)))" >/dev/null 2>&1 || date -s "@$us_whole" >/dev/null
}`

/**
 * The clock is put back to where it would be by the one that nobody sets. A daemon that keeps the clock would put
 * it back at its own time, or pull it along for minutes after that: it rests meanwhile.
 */
export const clockFaults: readonly Fault[] = [
  {
    name: 'clock-jump',
    summary: `the clock of the director that holds the VIP is ${jump / 60} minutes ahead; its time daemon rests meanwhile`,
    strikes: 'holder',
    toll: 'nothing',
    clockJump: jump * 1000,
    inject: () => sh`${embed(clocks)}
for us_unit in ${timeDaemons}; do
  if systemctl is-active --quiet "$us_unit"; then
    echo "$us_unit" >>${daemons}
    systemctl stop "$us_unit"
  fi
done
us_clocks
echo "$us_up $us_real" >${note}
us_set $((us_real + ${jump * 100}))`,
    undo: () => sh`${embed(clocks)}
us_wrong=0
if [ -s ${note} ]; then
  read -r us_then us_was <${note}
  us_clocks
  us_set $((us_was + us_up - us_then)) || us_wrong=1
fi
rm -f ${note}
if [ -e ${daemons} ]; then
  while read -r us_unit; do systemctl start "$us_unit" </dev/null || us_wrong=1; done <${daemons}
  rm -f ${daemons}
fi
[ "$us_wrong" -eq 0 ]`,
  },
]
