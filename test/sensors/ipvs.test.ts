import { expect, it } from 'vitest'
import { ipvs } from '../../src/sensors/ipvs.ts'

const read = (output: string) => ipvs.read(output, ['']).get('')

it('reads services and their servers in every forwarding method', () => {
  const table = read(`-A -t 10.77.0.100:80 -s rr
-a -t 10.77.0.100:80 -r 10.77.0.21:80 -g -w 1
-a -t 10.77.0.100:80 -r 10.77.0.22:80 -g -w 3
-A -u 10.77.0.100:53 -s wlc -p 50
-a -u 10.77.0.100:53 -r 10.77.0.23:5353 -m -w 0
-A -t [2001:db8::1]:443 -s sh -b sh-port
-a -t [2001:db8::1]:443 -r [2001:db8::2]:443 -i -w 1
`)
  expect(table).toEqual({
    readable: true,
    services: [
      {
        protocol: 'tcp',
        address: '10.77.0.100',
        port: 80,
        scheduler: 'rr',
        servers: [
          { address: '10.77.0.21', port: 80, forwarding: 'dr', weight: 1 },
          { address: '10.77.0.22', port: 80, forwarding: 'dr', weight: 3 },
        ],
      },
      {
        protocol: 'udp',
        address: '10.77.0.100',
        port: 53,
        scheduler: 'wlc',
        persistence: 50,
        servers: [{ address: '10.77.0.23', port: 5353, forwarding: 'nat', weight: 0 }],
      },
      {
        protocol: 'tcp',
        address: '2001:db8::1',
        port: 443,
        scheduler: 'sh',
        servers: [{ address: '2001:db8::2', port: 443, forwarding: 'tun', weight: 1 }],
      },
    ],
  })
})

it('says why a table cannot be read instead of calling it empty', () => {
  expect(read('! ipvsadm is not installed\n')).toEqual({ readable: false, why: 'ipvsadm is not installed' })
})

it('reads an empty table as readable', () => {
  expect(read('\n')).toEqual({ readable: true, services: [] })
})
