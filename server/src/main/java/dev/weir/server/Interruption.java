package dev.weir.server;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * An interrupt or terminate from outside. Commands that can stop in order say so; the JVM then
 * waits for them a while before it ends with 130 or 143. The one global state of the command line,
 * since a signal goes to the whole process. Safe for many threads.
 */
final class Interruption {
  private static final long WAIT_SECONDS = 10;

  private static volatile boolean isRequested;
  private static volatile boolean isHeeded;
  private static final CountDownLatch finished = new CountDownLatch(1);

  private Interruption() {}

  /** Begins to listen; once in the life of the process. */
  static void listen() {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  isRequested = true;
                  if (isHeeded) {
                    await();
                  }
                },
                "weir-interruption"));
  }

  private static void await() {
    try {
      boolean ignored = finished.await(WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** From here on somebody looks at {@link #isRequested} and stops in order. */
  static void heed() {
    isHeeded = true;
  }

  static boolean isRequested() {
    return isRequested;
  }

  /** All is written; the process may end. */
  static void finished() {
    finished.countDown();
  }
}
