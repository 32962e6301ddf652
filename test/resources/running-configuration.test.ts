import { expect, it } from 'vitest'
import { otherConfiguration, otherProgram } from '../../src/resources/running-configuration.ts'

const wanted = ['/etc/web/web.conf']

it.each([
  ['keepalived with its usual one', ['/usr/sbin/keepalived', '--dont-fork'], undefined],
  ['keepalived with the wanted one', ['/usr/sbin/keepalived', '-n', '-f', '/etc/web/web.conf'], undefined],
  ['keepalived with another', ['/usr/sbin/keepalived', '-f', '/root/my.conf'], '/root/my.conf'],
  ['keepalived with another, in one word', ['keepalived', '--use-file=/root/my.conf'], '/root/my.conf'],
  ['keepalived with another, close up', ['keepalived', '-f/root/my.conf'], '/root/my.conf'],
  ['haproxy with the folder of the wanted one', ['/usr/sbin/haproxy', '-Ws', '-f', '/etc/web'], undefined],
  [
    'haproxy with another',
    ['/usr/sbin/haproxy', '-Ws', '-f', '/tmp/h.cfg', '-p', '/run/h.pid'],
    '/tmp/h.cfg',
  ],
  [
    'nginx with its usual one',
    ['nginx: master process /usr/sbin/nginx -g daemon on; master_process on;'],
    undefined,
  ],
  ['nginx with another', ['nginx: master process /usr/sbin/nginx -c /tmp/n.conf'], '/tmp/n.conf'],
  ['some program', ['/usr/bin/java', '-f', '/tmp/x'], undefined],
  ['nothing', [], undefined],
])('sees %s', (_, commandLine, expected) => {
  expect(otherConfiguration(commandLine, wanted)).toBe(expected)
})

it.each([
  ['keepalived', ['/usr/sbin/keepalived', '--dont-fork'], 'keepalived', undefined],
  ['something else in its name', ['/usr/bin/sleep', 'infinity'], 'keepalived.service', '/usr/bin/sleep'],
  ['nginx', ['nginx: master process /usr/sbin/nginx -g daemon on;'], 'nginx', undefined],
  ['a daemon of which nothing is known', ['/usr/bin/java'], 'tomcat10', undefined],
  ['nothing', [], 'keepalived', undefined],
])('sees that %s runs', (_, commandLine, unit, expected) => {
  expect(otherProgram(commandLine, unit)).toBe(expected)
})
