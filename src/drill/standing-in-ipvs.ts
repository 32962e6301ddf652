import type { Script } from '../model/script.ts'
import { handingOn } from '../sensors/ipvs.ts'
import { sh } from '../shell/quote.ts'
import type { Passage } from './passage.ts'

/** What the kernel had there before (ipvs-sysctl). */
const sloppy = '/proc/sys/net/ipv4/vs/sloppy_tcp'
const before = '/run/understudy-sloppy-tcp'

/**
 * The kernel looks for a packet's connection in its own table first, whatever mark it bears. What begins none and is none of those there
 * is, by its mark, for a service whose only realserver is the old holder: that one knows where it belongs.
 */
export function startOfIpvs(): Script {
  return sh`cat ${sloppy} >${before} && echo 1 >${sloppy}`
}

/** Marks what does not begin a connection, and leads what bears the mark to the old holder; what that one hands on is not handed back. */
export function handOnByIpvs({ address, from, to, balanced }: Passage, index: number): readonly Script[] {
  const six = address.includes(':')
  const service = ['-f', handingOn + index, ...(six ? ['-6'] : [])]
  const at = balanced?.at ?? ''
  return [
    sh`ipvsadm -A ${service} -s rr`,
    sh`ipvsadm -a ${service} -r ${six ? `[${at}]` : at} -g -w 1`,
    sh`tc filter add dev ${to.device} ingress pref ${100 * index + 1} protocol ${six ? 'ipv6' : 'ip'} flower dst_ip ${address} ip_proto tcp src_mac ${from.mac} action ok`,
    ...(balanced?.ports ?? []).map(
      (port, place) =>
        sh`tc filter add dev ${to.device} ingress pref ${100 * index + place + 2} protocol ${six ? 'ipv6' : 'ip'} flower dst_ip ${address} ip_proto tcp dst_port ${port} tcp_flags 0x0/0x2 action skbedit mark ${handingOn + index} pipe action ok`,
    ),
  ]
}

/** Right also where nothing was done. */
export function letGoOfIpvs(): Script {
  return sh`if [ -e ${before} ]; then
  cat ${before} >${sloppy}
  rm -f ${before}
  ipvsadm -Sn 2>/dev/null | while read -r us_verb us_kind us_mark us_rest; do
    if [ "$us_verb $us_kind" = '-A -f' ] && [ "\${us_mark%??}" = ${String(handingOn).slice(0, -2)} ]; then
      case " $us_rest " in *' -6 '*) us_six=-6 ;; *) us_six= ;; esac
      ipvsadm -D -f "$us_mark" $us_six
    fi
  done
fi`
}
