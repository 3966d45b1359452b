package dev.weir;

import dev.weir.engine.Program;
import dev.weir.rules.BadDeploymentException;
import dev.weir.rules.Deployment;
import java.util.Arrays;
import java.util.TreeMap;

/**
 * The rule sets of a fold, made ready once for all shards: the first one, and each that stands in a
 * deployment record. Safe for many threads.
 */
final class Deployments {
  /** A rule set, ready to run. */
  record Ready(Deployment deployment, Program program) {
    static Ready of(Deployment deployment) {
      return new Ready(deployment, Program.compile(deployment.plan()));
    }
  }

  /** So many sets back it is known which one was in force where. */
  private static final int KNOWN_MAX = 64;

  private final Ready first;
  private final TreeMap<Long, String> hashes = new TreeMap<>(); // by position of the record
  private byte[] lastBody = new byte[0];
  private Ready last;

  Deployments(Deployment first) {
    this.first = Ready.of(first);
    this.last = this.first;
    hashes.put(-1L, first.hash());
  }

  /**
   * Identity of the set that judges what is at this position, once every shard is past it; of a
   * position long ago that of a later set.
   */
  synchronized String hashAt(long position) {
    var at = hashes.floorEntry(position);
    return at == null ? hashes.firstEntry().getValue() : at.getValue();
  }

  /** The set that the fold begins with. */
  Ready first() {
    return first;
  }

  /** A record with this body is about to come. */
  synchronized void expect(byte[] body, Ready ready) {
    lastBody = body;
    last = ready;
  }

  /**
   * The set of a record.
   *
   * @throws DataFolderException if it cannot be read
   */
  synchronized Ready of(long position, byte[] body) {
    if (!Arrays.equals(body, lastBody)) {
      try {
        last = Ready.of(Deployment.decode(body));
      } catch (BadDeploymentException e) {
        throw new DataFolderException("position " + position + ": " + e.getMessage());
      }
      lastBody = body;
    }
    hashes.put(position, last.deployment().hash());
    if (hashes.size() > KNOWN_MAX) {
      hashes.pollFirstEntry();
    }
    return last;
  }
}
