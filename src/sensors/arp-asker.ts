import { perlClock } from '../shell/perl-clock.ts'
import { askAgain } from './asking-again.ts'

/**
 * Asks a segment who has an IPv4 address, in Perl, as `solicitor` does over IPv6: an ARP request (RFC 826) is broadcast,
 * and whoever answers it within a second is printed by its hardware address, each answer on a line; where nobody does it is
 * asked again, so many times in all. Fields of addresses of a device are those of packet(7).
 *
 * Arguments: device, address, tries.
 */
export const arpAsker = String.raw`
use strict;
use warnings;
use Socket qw(AF_INET SOCK_DGRAM inet_pton);
${perlClock}
my ($device, $address, $tries) = @ARGV;
my ($packets, $arp, $ethernet, $ipv4, $request, $reply) = (17, 0x0806, 1, 0x0800, 1, 2);
my ($own_address, $hardware_address, $interface_index) = (0x8915, 0x8927, 0x8933);

my $target = inet_pton(AF_INET, $address) or die;
socket my $ip, AF_INET, SOCK_DGRAM, 0 or die;
sub of_device { my $told = pack 'a16 x24', $device; ioctl $ip, $_[0], $told or return; return substr $told, 16 }
my $own = substr of_device($hardware_address) // die, 2, 6;
my $index = unpack 'i', of_device($interface_index);
# A device without an address asks as one that looks for one.
my $told = of_device($own_address);
my $source = defined $told ? substr $told, 4, 4 : "\0" x 4;

socket my $socket, $packets, SOCK_DGRAM, unpack 'S', pack 'n', $arp or die;
sub on_device { return pack 'S n i S C C a8', $packets, $arp, $index, 0, 0, 6, $_[0] }
bind $socket, on_device('') or die;
my $asked = pack 'n n C C n a6 a4 a6 a4', $ethernet, $ipv4, 6, 4, $request, $own, $source, '', $target;

sub ask { send $socket, $asked, 0, on_device("\xff" x 6) or die }
sub answers {
  my ($packet) = @_;
  return unless length $packet >= 28;
  my ($is, $sender, $its) = unpack 'x6 n a6 a4', $packet;
  return $is == $reply && $its eq $target ? $sender : ();
}
${askAgain}`
