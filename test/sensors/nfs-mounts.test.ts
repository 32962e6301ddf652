import { expect, it } from 'vitest'
import { readNfsMounts } from '../../src/sensors/nfs-mounts.ts'

it('mounts are read, with what their server tells', () => {
  const text = `
@ 10.0.0.41:/srv/www /var/www/understudy
/srv/www   10.0.0.22,10.0.0.21
/srv/my files (everyone)
@ [fd00::41]:/srv/www /mnt
! clnt_create: RPC: Program not registered
`
  expect(readNfsMounts(text)).toEqual([
    {
      source: '10.0.0.41:/srv/www',
      at: '/var/www/understudy',
      exports: {
        asked: true,
        exports: [
          { path: '/srv/www', clients: ['10.0.0.22', '10.0.0.21'] },
          { path: '/srv/my files', clients: ['(everyone)'] },
        ],
      },
    },
    {
      source: '[fd00::41]:/srv/www',
      at: '/mnt',
      exports: { asked: false, why: 'clnt_create: RPC: Program not registered' },
    },
  ])
  expect(readNfsMounts('')).toEqual([])
})
