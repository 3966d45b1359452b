package dev.weir.testkit.random;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * A source of choices that records what it gave. Everything random in a case is drawn from one
 * {@code Choices}, so that the recorded list of ints is the case: the same list gives the same case
 * again, a shorter or lower list a simpler one. Generators therefore make 0 the simplest answer of
 * each choice. Owned by one thread.
 */
public final class Choices {
  /** The most choices of one case; a generator that asks for more does not end. */
  private static final int CHOICES_MAX = 1_000_000;

  /** What {@link #discard} makes. */
  static final class Discarded extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Discarded() {
      super("the case does not count", null, false, false);
    }
  }

  private final SplittableRandom random;
  private final int[] given; // answered first; behind its end follow random ones, or zeros
  private final boolean isRandom;
  private int[] chosen = new int[64];
  private int[] bounds = new int[64];
  private int size;
  private boolean discarded;
  private final List<Piece> pieces = new ArrayList<>();

  /** Choices {@code from} to {@code to} (exclusive) that make one part of the case. */
  record Piece(int from, int to) {}

  private Choices(long seed, boolean isRandom, int[] given) {
    this.random = new SplittableRandom(seed);
    this.isRandom = isRandom;
    this.given = given;
  }

  /** Random choices; the same seed gives the same ones on every machine and JDK. */
  public static Choices random(long seed) {
    return new Choices(seed, true, new int[0]);
  }

  /**
   * Gives these choices again. One that is out of bounds is brought into them; behind the end every
   * choice is 0.
   */
  public static Choices replay(int... recorded) {
    return new Choices(0, false, recorded.clone());
  }

  /** A number from 0 to {@code bound - 1}, all as likely. */
  public int below(int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("nothing to choose from: bound=" + bound);
    }
    if (size == CHOICES_MAX) {
      throw new IllegalStateException("too many choices in one case: limit=" + CHOICES_MAX);
    }
    int choice = 0;
    if (size < given.length) {
      choice = Math.max(0, Math.min(given[size], bound - 1));
    } else if (isRandom) {
      choice = random.nextInt(bound);
    }
    if (size == chosen.length) {
      chosen = Arrays.copyOf(chosen, size * 2);
      bounds = Arrays.copyOf(bounds, size * 2);
    }
    chosen[size] = choice;
    bounds[size++] = bound;
    return choice;
  }

  /** A number from {@code least} to {@code greatest}, both included; the least is the simplest. */
  public int between(int least, int greatest) {
    return least + below(greatest - least + 1);
  }

  /** True in this many of 100 cases; false is the simpler answer. */
  public boolean chance(int percent) {
    return below(100) >= 100 - percent;
  }

  /** The number of an alternative, as likely as its weight says; the first is the simplest. */
  public int weighted(int... weights) {
    int left = below(Arrays.stream(weights).sum());
    int at = 0;
    while (left >= weights[at]) {
      left -= weights[at++];
    }
    return at;
  }

  /** One of these; the first is the simplest. */
  public <T> T oneOf(List<T> values) {
    return values.get(below(values.size()));
  }

  /** One of these; the first is the simplest. */
  @SafeVarargs
  public final <T> T oneOf(T... values) {
    return values[below(values.length)];
  }

  /** Any 64 bits; 0 is the simplest. */
  public long anyLong() {
    long high = below(1 << 22);
    long middle = below(1 << 21);
    return high << 42 | middle << 21 | below(1 << 21);
  }

  /**
   * Draws one part of a case that can be left out as a whole, such as an element of a list together
   * with the answer that there is one: what is drawn in {@code part} shrinks as one piece.
   */
  public <T> T piece(Supplier<T> part) {
    int from = size;
    T drawn = part.get();
    pieces.add(new Piece(from, size));
    return drawn;
  }

  /** The pieces drawn so far, longest first. */
  List<Piece> pieces() {
    return pieces.stream()
        .filter(piece -> piece.to() > piece.from())
        .sorted(Comparator.comparingInt(piece -> piece.from() - piece.to()))
        .toList();
  }

  /** To be thrown: ends the case, it does not count. */
  public RuntimeException discard() {
    discarded = true;
    return new Discarded();
  }

  boolean isDiscarded() {
    return discarded;
  }

  /** What was chosen so far. */
  public int[] recorded() {
    return Arrays.copyOf(chosen, size);
  }

  /**
   * The choices that come after these in the order of all cases (the last choice that can grow
   * grows by one, those behind it begin anew), or nothing if these were the last. Starting from
   * {@code replay()}, every case is visited once.
   */
  public Optional<Choices> following() {
    for (int at = size - 1; at >= 0; at--) {
      if (chosen[at] + 1 < bounds[at]) {
        int[] prefix = Arrays.copyOf(chosen, at + 1);
        prefix[at]++;
        return Optional.of(replay(prefix));
      }
    }
    return Optional.empty();
  }
}
