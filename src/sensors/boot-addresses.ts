import type { Query, Sensor } from '../model/sensor.ts'
import { lines, sh } from '../shell/quote.ts'
import { inSections, readSections } from './sections.ts'

/** Files read at boot that name an address; empty where a reboot would lose it. */
export type BootAddressReading = readonly string[]

/**
 * Which configuration would bring an address back at boot: enabled systemd units, networkd, ifupdown, netplan,
 * NetworkManager, network-scripts, rc.local.
 */
export const bootAddresses: Sensor<BootAddressReading> = {
  name: 'boot-addresses',
  ask: (addresses) =>
    lines(
      sh`set --
for us_f in /etc/systemd/system/*.wants/* /etc/systemd/network/* /etc/network/interfaces /etc/network/interfaces.d/* \
  /etc/netplan/* /etc/NetworkManager/system-connections/* /etc/sysconfig/network-scripts/ifcfg-* /etc/rc.local; do
  if [ -f "$us_f" ]; then set -- "$@" "$us_f"; fi
done
if [ "$#" -eq 0 ]; then exit 0; fi`,
      inSections(addresses.map((address) => sh`grep -lwF -e ${address} -- "$@" || :`)),
    ),
  read: (output, addresses) =>
    readSections(output, addresses, (text) => text.split('\n').filter((file) => file !== '')),
}

/** Asks what would bring `address` back at boot. */
export function bootAddress(address: string): Query<BootAddressReading> {
  return { sensor: bootAddresses, subject: address, about: [`address:${address}`] }
}
