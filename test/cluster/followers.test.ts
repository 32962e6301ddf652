import { describe, expect, it } from 'vitest'
import { complaint, complaints } from './complaints.ts'
import { healthy, machines, type Words } from './inventory.ts'
import { alone, itself } from './own.ts'

const told = (notify: Words, rest: Words = {}) =>
  complaints(machines({ ...healthy, services: [{ port: 80 }], ...rest, notify }))
const [vip] = healthy.vips

describe('services that follow the VIP', () => {
  it.each(['keepalived', 'ssh', 'sshd.service', 'NetworkManager', 'nftables'])(
    'are none that every director needs: %s',
    (name) => {
      expect(told({ services: ['vsftpd', name] })).toMatchObject([
        { severity: 'error', at: 'd1 cluster.notify.services.1' },
      ])
    },
  )

  it('may be any of the others', () => {
    expect(told({ services: ['vsftpd', 'postgresql@15-main', 'nginx'] })).toEqual([])
    expect(told({ mode: 'mm', services: ['nginx'] }, { balancer: 'nginx' })).toEqual([])
    expect(told({ services: ['nginx'] }, { balancer: 'haproxy' })).toEqual([])
  })

  it('are not what makes a director fit to take over', () => {
    for (const balancer of ['nginx', 'haproxy'])
      expect(told({ services: [balancer] }, { balancer })).toMatchObject([
        { severity: 'error', message: expect.stringContaining('not fit to take over') },
      ])
    const sorry = { services: [{ port: 80, sorry_page: true }] }
    expect(told({ services: ['nginx'] }, sorry)).toMatchObject([
      { severity: 'error', message: expect.stringContaining('sorry page') },
    ])
  })

  it('are not keepalived, however many hold VIPs', () => {
    expect(told({ mode: 'mm', services: ['keepalived'] })).toMatchObject([{ severity: 'error' }])
  })

  it('are not what keeps the clocks of all', () => {
    expect(told({ services: ['chrony'] })).toEqual([])
    expect(told({ services: ['chrony'] }, { time: {} })).toMatchObject([{ severity: 'error' }])
  })

  it('follow VIPs that move together, and no others', () => {
    const notify = { services: ['vsftpd'] }
    const other = (words: Words) => ({ vips: [vip, { address: '10.77.0.101', vrid: 78, ...words }] })
    expect(told(notify, other({ owner: 'd2' }))).toMatchObject([
      { severity: 'error', at: 'd1 cluster.notify.services' },
    ])
    expect(told({ ...notify, mode: 'mm' }, other({ owner: 'd2' }))).toEqual([])
    expect(told(notify, other({}))).toEqual([])
    const together = {
      vips: [
        { ...vip, together: 'both' },
        { address: '10.77.0.101', vrid: 78, together: 'both' },
      ],
    }
    expect(told(notify, together)).toEqual([])
  })

  it('are, where directors serve themselves, what is behind the VIP', () => {
    expect(complaints(itself({ ...alone, services: [], notify: { services: ['postgresql'] } }))).toEqual([])
    expect(complaint(itself({ ...alone, services: [], notify: { services: ['sshd'] } }))).toMatchObject({
      severity: 'error',
    })
  })
})
