package dev.weir.perf;

import java.util.function.Consumer;

/**
 * A stream of card transactions, column by column: what the generators write, the oracles read and
 * {@link Records} encodes. In order of time; no two at one time.
 */
final class Transactions {
  /** The event type as rules see it. */
  static final String DECLARATION =
      """
      event Txn {
        card     int
        amount   money
        merchant int
        mcc      int
        country  int
        device   int
        kind     int
        at       time
      } keep 400d
      """;

  final long[] timeNs;
  final int[] card;
  final long[] cents;
  final int[] merchant;
  final short[] mcc; // 0 .. 999
  final short[] country; // 0 .. 249
  final int[] device;
  final short[] kind;

  private Transactions(int events) {
    timeNs = new long[events];
    card = new int[events];
    cents = new long[events];
    merchant = new int[events];
    mcc = new short[events];
    country = new short[events];
    device = new int[events];
    kind = new short[events];
  }

  int size() {
    return timeNs.length;
  }

  /** One transaction: what is uniform is drawn already, a generator sets the rest, or all anew. */
  static final class Draw {
    final SplitMix random;
    int card;
    long cents;
    int kind;
    int merchant;

    private Draw(SplitMix random) {
      this.random = random;
    }
  }

  /**
   * Draws a stream: Poisson arrivals at this rate, uniform merchant, category, country, device.
   *
   * @param ratePerSecond over all keys, of event time
   * @param choose sets card, cents and kind of each
   */
  static Transactions draw(int events, long seed, double ratePerSecond, Consumer<Draw> choose) {
    Transactions stream = new Transactions(events);
    SplitMix random = new SplitMix(seed);
    Draw draw = new Draw(random);
    long now = 1_700_000_000_000_000_000L;
    for (int i = 0; i < events; i++) {
      now += 1_000 + 1_000 * (long) random.nextExponential(1e6 / ratePerSecond);
      stream.timeNs[i] = now;
      stream.mcc[i] = (short) random.nextInt(1_000);
      stream.country[i] = (short) random.nextInt(250);
      stream.device[i] = random.nextInt(50_000);
      draw.merchant = random.nextInt(20_000);
      choose.accept(draw);
      stream.merchant[i] = draw.merchant;
      stream.card[i] = draw.card;
      stream.cents[i] = draw.cents;
      stream.kind[i] = (short) draw.kind;
    }
    return stream;
  }

  /** A stream of one transaction a millisecond, for windows that are a number of events. */
  static Transactions everyMillisecond(int events, long seed, Consumer<Draw> choose) {
    Transactions stream = draw(events, seed, 1_000, choose);
    for (int i = 0; i < events; i++) {
      stream.timeNs[i] = 1_700_000_000_000_000_000L + i * 1_000_000L;
    }
    return stream;
  }
}
