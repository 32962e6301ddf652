import { expect, it } from 'vitest'
import { engineAddress, shownAddress } from '../../src/fleet/address.ts'

it.each([
  'nats://10.0.0.5:4222',
  'nats://[2001:db8::5]:4222',
  'tls://engine.example.org',
  'nats://ann:p%40ss@10.0.0.5:4222',
  'nats://token@engine/',
])('%s is an address of an engine', (address) => {
  expect(engineAddress.safeParse(address).success).toBe(true)
})

it.each([
  '',
  'engine:4222',
  '10.0.0.5:4222',
  'http://10.0.0.5:4222',
  'wss://10.0.0.5',
  'nats://',
  'nats://a b:4222',
  'nats://a:70000',
  'nats://a:4222/stream',
  'nats://a:4222?tls=1',
  'nats://2001:db8::5:4222',
  'nats://ann:50%@a:4222',
])('%j is none', (address) => {
  expect(engineAddress.safeParse(address).success).toBe(false)
})

it.each([
  ['nats://10.0.0.5:4222/', 'nats://10.0.0.5:4222'],
  ['nats://ann:secret@10.0.0.5:4222', 'nats://ann@10.0.0.5:4222'],
  ['http://ann:se:cr@et@h:1', 'http://ann@h:1'],
  // A word alone is a token.
  ['nats://secret@h:1', 'nats://h:1'],
  ['ann:secret@h', 'ann@h'],
  ['secret@h', 'h'],
  ['[2001:db8::5]:4222', '[2001:db8::5]:4222'],
])('%s is shown without what is secret in it', (address, shown) => {
  expect(shownAddress(address)).toBe(shown)
})
