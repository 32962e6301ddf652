import type { Damage } from '../damage.ts'
import { keepalivedDamages } from './keepalived.ts'
import { kernelDamages } from './kernel.ts'
import { serviceDamages } from './service.ts'

/** Every kind of damage that is tried. */
export const damages: readonly Damage[] = [...keepalivedDamages, ...kernelDamages, ...serviceDamages]

/** Those that are tried at every change; the others where all is tried. */
export const sampled: readonly string[] = [
  'the priority is edited and reloaded, and the file is put back',
  'the IPVS table is emptied',
  'the VIP is added to the interface of a realserver',
  'nginx is paused by SIGSTOP',
]

/** Those that have been seen on machines to be as they are said to be: docs/truth.md tells of these and of no others. */
export const seen: readonly string[] = [
  ...sampled,
  'the priority is edited and reloaded',
  'another file is loaded by a bare SIGHUP, and the right one is moved back',
  'the priority of the backup is raised above that of the master',
  'the virtual router ID is edited and reloaded',
  'the advert interval is edited and reloaded',
  'another VIP is put into the file, which is reloaded',
  'the file is emptied and keepalived restarted',
  'keepalived is stopped',
  'keepalived of the backup is stopped',
  'keepalived is killed',
  'keepalived does not start at boot',
  'keepalived is paused by SIGSTOP',
  'keepalived of the backup is paused by SIGSTOP',
  'keepalived hangs on its way to run',
  'keepalived is masked and stopped',
  'a drop-in starts keepalived with another configuration',
  'a unit of somebody else is in front of that of the package',
  'the VIP is added to the interface of the backup',
  'the VIP is missing on a realserver',
  'the VIP does not come back at boot',
  'the unit of the VIP is removed',
  'the unit of the VIP is masked',
  'a realserver answers ARP for the VIP',
  'a realserver announces the VIP',
  'a later file sets another value at boot',
  'the file of the settings is removed',
  'the web server may not enter what is above the site',
]
