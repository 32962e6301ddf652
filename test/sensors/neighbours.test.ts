import { expect, it } from 'vitest'
import { neighbours } from '../../src/sensors/neighbours.ts'

it('reads what the arping of iputils, of busybox and of Habets print', () => {
  const output = `# 0
thorough
ARPING 10.0.0.100 from 10.0.0.9 eth0
Unicast reply from 10.0.0.100 [02:00:00:00:00:0B]  0.769ms
Unicast reply from 10.0.0.100 [02:00:00:00:00:0B]  0.863ms
Sent 2 probes (1 broadcast(s))
# 1
thorough
ARPING to 10.0.0.101 from 10.0.0.9 via eth0
Unicast reply from 10.0.0.101 [2:0:0:0:0:b] 0.639ms
Unicast reply from 10.0.0.101 [2:0:0:0:0:c] 0.639ms
# 10
ARPING 10.0.0.110
42 bytes from 02:00:00:00:00:0d (10.0.0.110): index=0 time=50.045 usec
# 2
! the address is its own
`
  const addresses = Array.from({ length: 11 }, (_, nth) => `10.0.0.${100 + nth}`)
  const readings = neighbours.read(output, addresses)
  const answers = (last: number) => {
    const reading = readings.get(`10.0.0.${last}`)
    return reading?.asked ? reading.answers : reading?.why
  }
  expect(answers(100)).toEqual(['02:00:00:00:00:0b'])
  expect(answers(101)).toEqual(['02:00:00:00:00:0b', '02:00:00:00:00:0c'])
  expect(answers(110)).toEqual(['02:00:00:00:00:0d'])
  expect(answers(102)).toBe('the address is its own')
})
