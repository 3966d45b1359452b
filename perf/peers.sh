#!/usr/bin/env bash
# Runs Weir and its peers (Esper, Siddhi, Flink's operator, and the same by hand) over the same events, in turn.
#   perf/peers.sh [--rounds N] [--only 'REGEX over "PEER WORKLOAD"'] [FOLDER]
# FOLDER holds the harness (default: shared/peers beside the repository). It is copied to a temporary folder and stays
# as it is; there Weir becomes one more peer. Prints what belongs into perf/results. Times are CPU time of the thread
# that sends the events; where counts and checksums are not those of the hand-written program, the line says so.
# WEIR_CLASS_PATH: classes to measure instead of those that the weir command builds.
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
rounds=3
only=.
while [[ ${1:-} == --* ]]; do
  case $1 in
    --rounds) rounds=$2 ;;
    --only) only=$2 ;;
    *) sed -n '2,7s/^# //p' "${BASH_SOURCE[0]}" >&2; exit 64 ;;
  esac
  shift 2
done
harness=${1:-$home/../shared/peers}
[ -d "$harness/core" ] || { echo "peers.sh: no harness: $harness" >&2; exit 66; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$harness/." "$work"
chmod -R u+w "$work"
cd "$work"

# CPU time of the sending thread in place of wall time: other programs on the machine must not count
runner=core/src/main/java/peers/Runner.java
sed -i '/private static long pass(/,/^    }/{
  s/long t0 = System.nanoTime();/long t0 = THREADS.getCurrentThreadCpuTime();/
  s/return System.nanoTime() - t0;/return THREADS.getCurrentThreadCpuTime() - t0;/
}' "$runner"
[ "$(grep -c getCurrentThreadCpuTime "$runner")" = 2 ] || { echo "peers.sh: the harness is another one: $runner" >&2; exit 65; }
mvn -q -B -DskipTests package >"$work/build.log" 2>&1 || { tail -n 20 "$work/build.log" >&2; exit 70; }

if [ -z "${WEIR_CLASS_PATH:-}" ]; then
  "$home/weir" version >/dev/null # builds, if it must
  WEIR_CLASS_PATH="$home/perf/target/classes:$home/perf/target/lib/*"
fi
mkdir -p weir/src weir/classes
cat >weir/src/Main.java <<'JAVA'
package peers.weir;

import dev.weir.perf.PeerWorkload;
import peers.Engine;
import peers.Event;
import peers.Runner;
import peers.Workload;

public final class Main {
  public static void main(String[] args) throws Exception {
    Workload workload = Workload.of(args[0]);
    int events = args.length > 1 ? Integer.parseInt(args[1]) : workload.defaultEvents();
    PeerWorkload rules = new PeerWorkload(args[0]);
    boolean[] isFilled = {false};
    System.out.println(Runner.run("weir", workload, events, (w, stream) -> {
      for (int i = 0; !isFilled[0] && i < stream.length; i++) {
        Event e = stream[i];
        rules.add(e.ts, e.seq, e.cardId, e.amount, e.merchant, e.country, e.type);
      }
      isFilled[0] = true;
      PeerWorkload.Pass pass = rules.begin();
      return new Engine() {
        @Override public void send(Event e) { throw new IllegalStateException("not by index"); }
        @Override public void send(int index, Event e) { pass.send(index); }
        @Override public void flush(long farMs) {
          pass.end(farMs);
          matches = pass.matches();
          checksum = pass.checksum();
        }
      };
    }).json());
  }
}
JAVA
javac -nowarn -d weir/classes -cp "core/target/classes:$WEIR_CLASS_PATH" weir/src/Main.java

flags="-Xms3g -Xmx3g -XX:+UseParallelGC"
one() { # PEER WORKLOAD WARM: one line of the harness
  if [ "$1" = weir ]; then
    # shellcheck disable=SC2086 # several words
    timeout 300 java $flags "-Dwarm=$3" -Dpasses=5 -Dlatency=false --add-exports=java.base/jdk.internal.misc=ALL-UNNAMED \
      --add-opens=java.base/java.nio=ALL-UNNAMED -cp "weir/classes:core/target/classes:core/target/lib/*:$WEIR_CLASS_PATH" peers.weir.Main "$2"
  else
    HEAP=3g GC=Parallel PASSES=${4:-5} WARM=$3 LATENCY=false timeout 300 ./run.sh "$1" "$2"
  fi 2>>"$work/log" | tail -n 1
}
: >lines
for ((round = 0; round < rounds; round++)); do
  for workload in P1 P2 P3 P4 P5 P6 P7-400; do
    for peer in plain weir esper siddhi flink-op; do
      [[ "$peer $workload" =~ $only ]] || continue
      case "$peer $workload" in
        "siddhi P6" | "flink-op P6" | "flink-op P7-400") continue ;; # minutes a pass
        "esper P6" | "siddhi P7-400" | "siddhi P4") warm=0 passes=2 ;;
        *) warm=3 passes=5 ;;
      esac
      line=$(one "$peer" "$workload" "$warm" "$passes") || line=
      if [ -n "$line" ]; then echo "$line" >>lines; else echo "peers.sh: no result: $peer $workload" >&2; tail -n 3 "$work/log" >&2; fi
    done
  done
done

echo "commit $(git -C "$home" rev-parse --short HEAD), $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg), rounds $rounds"
java -version 2>&1 | sed -n 2p
echo "flags $flags"
echo
python3 - lines <<'PYTHON'
import json, statistics, sys
runs = {}
for line in open(sys.argv[1]):
    r = json.loads(line)
    runs.setdefault(r["workload"], {}).setdefault(r["peer"], []).append(r)
print(f"{'workload':9}{'peer':10}{'events':>10}{'CPU ns/event':>14}  {'[least most]':22}{'B/event':>9}{'matches':>9}  {'Weir is faster by':20}")
for workload, peers in runs.items():
    truth = peers.get("plain", [None])[0]
    ns = {p: [s * 1e9 / r["events"] for r in rs for s in r["passSeconds"]] for p, rs in peers.items()}
    for peer, rs in peers.items():
        r, own = rs[0], ns[peer]
        span = f"[{min(own):.1f} {max(own):.1f}]"
        same = not truth or all((x["matches"], x["checksum"]) == (truth["matches"], truth["checksum"]) for x in rs)
        ratio = "" if peer == "weir" or "weir" not in ns else f"{statistics.median(own) / statistics.median(ns['weir']):.2f}x"
        print(f"{workload:9}{peer:10}{r['events']:>10}{statistics.median(own):>14.1f}  {span:22}{r['allocBytesPerEvent']:>9}{r['matches']:>9}  {ratio:10}{'' if same else 'OTHER MATCHES'}")
PYTHON
