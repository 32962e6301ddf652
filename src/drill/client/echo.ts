import type { Query, Sensor } from '../../model/sensor.ts'
import { sh } from '../../shell/quote.ts'

/**
 * Echoes of ICMP (RFC 792, RFC 4443) in Perl. `echo_way` tells type and protocol of the socket that this user may have for them: a raw
 * one, or that which Linux gives to the groups of net.ipv4.ping_group_range (icmp(7)), whose number in the message the kernel sets; it
 * dies where there is neither. `echo_request` is a message by its number; `echo_answers` tells whether one that came answers it.
 */
export const perlEcho = String.raw`
use Socket qw(AF_INET SOCK_DGRAM SOCK_RAW);
sub echo_way {
  my ($family) = @_;
  my $protocol = $family == AF_INET ? 1 : 58;
  for my $type (SOCK_RAW, SOCK_DGRAM) {
    return [$type, $protocol] if socket(my $try, $family, $type, $protocol);
  }
  die "no socket for echoes: $!\n";
}

sub echo_request {
  my ($family, $number) = @_;
  my $type = $family == AF_INET ? 8 : 128;
  my $sum = unpack '%32n*', pack 'CCnnn', $type, 0, 0, $$ & 0xffff, $number;
  $sum = ($sum & 0xffff) + ($sum >> 16) for 1 .. 2;
  # Of ICMPv6 the kernel reckons it: addresses are part of it.
  return pack 'CCnnn', $type, 0, $family == AF_INET ? ~$sum & 0xffff : 0, $$ & 0xffff, $number;
}

sub echo_answers {
  my ($family, $way, $number, $text) = @_;
  my $is_raw = $way->[0] == SOCK_RAW;
  # The header of IPv4, in words of four bytes, comes with what a raw socket hears.
  $text = substr $text, 4 * (ord($text) & 15) if $is_raw && $family == AF_INET && length $text >= 20;
  return 0 if length $text < 8;
  my ($type, $code, $sum, $id, $is) = unpack 'CCnnn', $text;
  return $type == ($family == AF_INET ? 0 : 129) && $is == $number && (!$is_raw || $id == ($$ & 0xffff));
}
`

const echoes: Sensor<boolean> = {
  name: 'echoes',
  ask: () => sh`perl -e ${`${perlEcho}echo_way(AF_INET); print "yes\n"`} 2>/dev/null || :`,
  read: (output, subjects) => new Map(subjects.map((subject) => [subject, output.startsWith('yes')])),
}

/** Asks whether our prober can send echoes of ICMP from a machine: it takes Perl, and a right. */
export const sendsEchoes: Query<boolean> = { sensor: echoes, subject: '', about: [] }
