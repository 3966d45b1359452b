package dev.weir.engine;

/**
 * Sums that are added to and subtracted from exactly: of values in 128 bits, of squares in 192. All
 * O(1), in words of the arena, low first.
 */
final class Sums {
  static final int SUM_WORDS = 2;
  static final int SQUARES_WORDS = 3;

  private Sums() {}

  static void add(Arena arena, int sum, long value) {
    long low = arena.get(sum);
    long total = low + value;
    long carry = Long.compareUnsigned(total, low) < 0 ? 1 : 0;
    arena.put(sum, total);
    arena.put(sum + 1, arena.get(sum + 1) + (value >> 63) + carry);
  }

  static void subtract(Arena arena, int sum, long value) {
    long low = arena.get(sum);
    long borrow = Long.compareUnsigned(low, value) < 0 ? 1 : 0;
    arena.put(sum, low - value);
    arena.put(sum + 1, arena.get(sum + 1) - (value >> 63) - borrow);
  }

  /** Whether the sum fits 64 bits, so that its low word is its value. */
  static boolean fits(Arena arena, int sum) {
    return arena.get(sum + 1) == arena.get(sum) >> 63;
  }

  static void addSquare(Arena arena, int squares, long value) {
    long low = arena.get(squares);
    long total = low + value * value;
    long carry = Long.compareUnsigned(total, low) < 0 ? 1 : 0;
    long middle = arena.get(squares + 1);
    long next = middle + Math.multiplyHigh(value, value) + carry; // the high half is below 2^62
    arena.put(squares, total);
    arena.put(squares + 1, next);
    if (Long.compareUnsigned(next, middle) < 0) {
      arena.put(squares + 2, arena.get(squares + 2) + 1);
    }
  }

  static void subtractSquare(Arena arena, int squares, long value) {
    long low = arena.get(squares);
    long square = value * value;
    long borrow = Long.compareUnsigned(low, square) < 0 ? 1 : 0;
    long middle = arena.get(squares + 1);
    long less = Math.multiplyHigh(value, value) + borrow;
    arena.put(squares, low - square);
    arena.put(squares + 1, middle - less);
    if (Long.compareUnsigned(middle, less) < 0) {
      arena.put(squares + 2, arena.get(squares + 2) - 1);
    }
  }
}
