/**
 * The end of a program in Perl that asks a segment: `ask()` sends the question over `$socket`, and of each packet that
 * comes within a second, by the clock of `perlClock`, `answers($packet)` tells the hardware addresses of those who answer. Each is printed on a line;
 * where nobody answers it is asked again, `$tries` times in all.
 */
export const askAgain = String.raw`
for (1 .. $tries) {
  ask();
  my $answered = 0;
  my $end = monotonic() + 1;
  while ((my $left = $end - monotonic()) > 0) {
    my $ready = '';
    vec($ready, fileno $socket, 1) = 1;
    next unless select $ready, undef, undef, $left;
    defined recv $socket, my $packet, 1500, 0 or next;
    for my $who (answers($packet)) {
      print join(':', unpack '(H2)6', $who), "\n";
      $answered = 1;
    }
  }
  last if $answered;
}
`
