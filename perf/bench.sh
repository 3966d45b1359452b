#!/usr/bin/env bash
# Measures the engine alone with `weir bench`: each counted rule over the card sample, all five together, and P2.
#   perf/bench.sh [FOLDER]    FOLDER is the shared folder with peers/ in it (default: shared beside the repository);
#                             P2 is left out, with a message, where it is absent
# Prints what belongs into perf/results: commit, machine, JVM, then the figures as `weir bench` gives them.
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
shared=${1:-$home/../shared}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

data=$home/samples/card-fraud/data/transactions-2018-04.csv.gz
facts=$home/samples/facts/card-handbook.weir
event=$(sed -n '/^event /,/^}/p' "$facts")
"$home/weir" version >/dev/null # builds, if it must

echo "commit $(git -C "$home" rev-parse --short HEAD), $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg), $("$home/weir" version | tail -n 1)"
bench() { # the JVM's flags are those of the launcher: said once, at the end
  "$home/weir" bench "$@" | tee "$work/last" | grep -v "^JVM "
}
for rule in $(sed -n 's/^rule \([a-z_0-9]*\) .*/\1/p' "$facts"); do
  { echo "$event"; sed -n "/^rule $rule /,/^}/p" "$facts"; } >"$work/$rule.weir"
  echo
  echo "## $rule"
  bench --rules "$work/$rule.weir" --input "Payment=$data"
done
echo
echo "## all five rules"
bench --rules "$facts" --input "Payment=$data"

core=$shared/peers/core/src/main/java/peers
if [ ! -d "$core" ]; then
  echo "P2 left out: no $core" >&2
  printf '\n%s\n' "$(grep "^JVM " "$work/last")"
  exit
fi
cat >"$work/Dump.java" <<'JAVA'
import java.io.PrintWriter;
import peers.Event;
import peers.Workload;

class Dump {
  public static void main(String[] args) throws Exception {
    try (PrintWriter out = new PrintWriter(args[2])) {
      out.println("ts,seq,cardId,amount,merchant,country,type");
      for (Event e : Workload.of(args[0]).generate(Integer.parseInt(args[1]))) {
        out.println(e.ts + "," + e.seq + "," + e.cardId + "," + e.amount + "," + e.merchant + "," + e.country + "," + e.type);
      }
    }
  }
}
JAVA
javac -nowarn -d "$work/classes" "$core/Workload.java" "$core/Event.java" "$work/Dump.java"
java -cp "$work/classes" Dump P2 500000 "$work/p2.csv"
echo
echo "## P2, 500,000 events (1,894 matches)"
bench --rules "$home/samples/facts/peers-p2.weir" --input "E=$work/p2.csv"
printf '\n%s\n' "$(grep "^JVM " "$work/last")"
