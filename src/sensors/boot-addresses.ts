import type { Query, Sensor } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'

/** Files read at boot that name an address; empty where a reboot would lose it. */
export type BootAddressReading = readonly string[]

/**
 * Which configuration would bring an address back at boot: enabled systemd units, networkd, ifupdown, netplan,
 * NetworkManager, network-scripts, rc.local.
 */
export const bootAddresses: Sensor<BootAddressReading> = {
  name: 'boot-addresses',
  ask: (addresses) => sh`
us_i=0
for us_a in ${addresses}; do
  for us_f in /etc/systemd/system/*.wants/* /etc/systemd/network/* /etc/network/interfaces /etc/network/interfaces.d/* \
    /etc/netplan/* /etc/NetworkManager/system-connections/* /etc/sysconfig/network-scripts/ifcfg-* /etc/rc.local; do
    if [ -f "$us_f" ] && grep -qwF -e "$us_a" -- "$us_f"; then printf '%s %s\n' "$us_i" "$us_f"; fi
  done
  us_i=$((us_i + 1))
done`,
  read: (output, addresses) =>
    new Map(
      addresses.map((address, index) => [
        address,
        output
          .split('\n')
          .filter((line) => line.startsWith(`${index} `))
          .map((line) => line.slice(String(index).length + 1)),
      ]),
    ),
}

/** Asks what would bring `address` back at boot. */
export function bootAddress(address: string): Query<BootAddressReading> {
  return { sensor: bootAddresses, subject: address, about: [`address:${address}`] }
}
