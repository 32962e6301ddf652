import type { Query, Sensor } from '../model/sensor.ts'
import { lines, sh } from '../shell/quote.ts'
import { inSections, readSections } from './sections.ts'

/** Files read at boot that name an address; empty where a reboot would lose it. */
export type BootAddressReading = readonly string[]

/**
 * Which configuration would bring an address back at boot: enabled systemd units, networkd, ifupdown, netplan,
 * NetworkManager, network-scripts, rc.local. It is read as they read it: a comment brings nothing back, nor does a link to
 * nothing, an interface that nobody starts at boot, or a script that cannot be run.
 */
export const bootAddresses: Sensor<BootAddressReading> = {
  name: 'boot-addresses',
  ask: (addresses) =>
    lines(
      sh`set --
for us_f in /etc/systemd/system/*.wants/* /etc/systemd/network/*.network /etc/network/interfaces /etc/network/interfaces.d/* \
  /etc/netplan/*.yaml /etc/NetworkManager/system-connections/* /etc/sysconfig/network-scripts/ifcfg-* /etc/rc.local; do
  if [ -f "$us_f" ]; then set -- "$@" "$us_f"; fi
done
us_starts() {
  case $1 in
    /etc/rc.local) [ -x "$1" ] ;;
    /etc/network/interfaces*) grep -Eq '^[[:space:]]*(auto|allow-auto|allow-hotplug)[[:space:]]' /etc/network/interfaces "$1" 2>/dev/null ;;
    */ifcfg-*) ! grep -Eiq '^[[:space:]]*ONBOOT=["'"'"']?no' "$1" ;;
    */system-connections/*) ! grep -Eiq '^[[:space:]]*autoconnect=(false|no|0)' "$1" ;;
    *) : ;;
  esac
}
us_named() {
  us_address=$1
  shift
  grep -lE -e "^[[:space:]]*([^#;[:space:]]|[^#;[:space:]].*[^0-9A-Fa-f.:])?$us_address([^0-9A-Fa-f.:]|$)" -- "$@" |
    while read -r us_f; do if us_starts "$us_f"; then printf '%s\n' "$us_f"; fi; done
}
if [ "$#" -eq 0 ]; then exit 0; fi`,
      inSections(addresses.map((address) => sh`us_named ${address.replaceAll('.', '\\.')} "$@" || :`)),
    ),
  read: (output, addresses) =>
    readSections(output, addresses, (text) => text.split('\n').filter((file) => file !== '')),
}

/** Asks what would bring `address` back at boot. */
export function bootAddress(address: string): Query<BootAddressReading> {
  return { sensor: bootAddresses, subject: address, about: [`address:${address}`] }
}
