import { perlClock } from '../shell/perl-clock.ts'
import { askAgain } from './asking-again.ts'

/**
 * Asks a segment who has an IPv6 address, in Perl: no Debian comes with a program that does, and every one with Perl.
 * A neighbour solicitation (RFC 4861, 4.3) goes to the solicited-node group of the address, and whoever advertises it
 * within a second (4.4) is printed by its hardware address, each answer on a line; where nobody does it is asked again,
 * so many times in all.
 *
 * Arguments: device, address, tries.
 */
export const solicitor = String.raw`
use strict;
use warnings;
use Socket qw(AF_INET6 SOCK_RAW IPPROTO_IPV6 inet_pton pack_sockaddr_in6);
${perlClock}
my ($device, $address, $tries) = @ARGV;
my ($icmpv6, $hops, $solicitation, $advertisement) = (58, 18, 135, 136);
my ($hardware_address, $interface_index) = (0x8927, 0x8933);

my $target = inet_pton(AF_INET6, $address) or die;
my $group = inet_pton(AF_INET6, 'ff02::1:ff00:0') | "\0" x 13 . substr $target, 13;
socket my $socket, AF_INET6, SOCK_RAW, $icmpv6 or die;
sub of_device { my $told = pack 'a16 x24', $device; ioctl $socket, $_[0], $told or die; return substr $told, 16 }
my $own = substr of_device($hardware_address), 2, 6;
my $index = unpack 'i', of_device($interface_index);
# A router could not have passed it on: only so is it taken.
setsockopt $socket, IPPROTO_IPV6, $hops, pack 'i', 255 or die;
my $asked = pack('C C n N', $solicitation, 0, 0, 0) . $target . pack('C C', 1, 1) . $own;

sub ask { send $socket, $asked, 0, pack_sockaddr_in6(0, $group, $index) or die }
sub answers {
  my ($packet) = @_;
  return unless length $packet >= 24 && ord $packet == $advertisement && substr($packet, 8, 16) eq $target;
  my @who;
  my $options = substr $packet, 24;
  while (length $options >= 8) {
    my ($type, $length) = unpack 'C C', $options;
    last unless $length;
    push @who, substr $options, 2 if $type == 2;
    $options = length $options > 8 * $length ? substr $options, 8 * $length : '';
  }
  return @who;
}
${askAgain}`
