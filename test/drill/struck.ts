import { faults } from '../../src/drill/catalogue.ts'
import type { ScriptedFault, Struck } from '../../src/drill/fault.ts'

/** A machine that faults strike. */
export const struck: Struck = {
  host: 'd1',
  interfaces: ['eth0'],
  way: { from: '10.77.0.1', to: '10.77.0.11', port: 22 },
  unit: 'nginx.service',
  ports: [80, 8080],
  peers: ['10.77.0.12', '2001:db8::12'],
  realservers: ['10.77.0.21', '2001:db8::21'],
  vips: ['10.77.0.100', '2001:db8::100'],
}

/** A fault of scripts by its name. */
export function scripted(name: string): ScriptedFault {
  const found = faults.find((fault) => fault.name === name)
  if (!found || 'cutsPower' in found) throw new Error(`there is no fault ${name} of scripts`)
  return found
}
