package dev.weir.engine;

import dev.weir.event.EventReader;
import dev.weir.event.FieldType;
import dev.weir.event.Hashing;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The keys of the event at hand: each distinct key expression is encoded, hashed and looked up at
 * most once an event. Owned by one thread.
 */
final class Keys {
  /** No key expression. */
  static final int NONE = -1;

  /**
   * Fields of an event type whose values are a key.
   *
   * @param space number of the key space that it leads to
   */
  record KeyExpression(int typeId, int[] fields, FieldType.Kind[] kinds, int space) {}

  private static final int KEY_BYTES_INITIAL = 64;
  private static final long NOT_YET = -1;

  private final KeyExpression[] expressions;
  private final KeySpace[] spaces;
  private final int globalSpace;
  private final KeyGroups owned;
  private final int[][] ofReference; // by type id, number of a feature reference

  private final UnsafeBuffer[] bytes;
  private final int[] length;
  private final long[] hash;
  private final boolean[] isThere;
  private final boolean[] isOwned;
  private final int[] row;
  private final long[] lookedAt; // the space's additions when the key was not found
  private final long[] seen;
  private long eventNumber;
  private EventReader event = new EventReader();

  Keys(
      KeyExpression[] expressions,
      KeySpace[] spaces,
      int globalSpace,
      int[][] ofReference,
      KeyGroups owned) {
    this.owned = owned;
    this.expressions = expressions;
    this.spaces = spaces;
    this.globalSpace = globalSpace;
    this.ofReference = ofReference;
    this.bytes = new UnsafeBuffer[expressions.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = new UnsafeBuffer(new byte[KEY_BYTES_INITIAL]);
    }
    this.length = new int[expressions.length];
    this.hash = new long[expressions.length];
    this.isThere = new boolean[expressions.length];
    this.isOwned = new boolean[expressions.length];
    this.row = new int[expressions.length];
    this.lookedAt = new long[expressions.length];
    this.seen = new long[expressions.length];
  }

  /** The event at hand is this one. */
  void nextEvent(EventReader reader) {
    event = reader;
    eventNumber++;
  }

  KeySpace globalSpace() {
    return spaces[globalSpace];
  }

  KeySpace space(int key) {
    return spaces[expressions[key].space()];
  }

  /**
   * The key expression by which the reference is read at an event of this type, or {@link #NONE}.
   */
  int ofReference(int typeId, int reference) {
    return ofReference[typeId][reference];
  }

  /** Whether no part of the key is missing. */
  boolean isThere(int key) {
    encode(key);
    return isThere[key];
  }

  /** Whether no part of the key is missing, and this engine owns its group. */
  boolean isOwned(int key) {
    encode(key);
    return isOwned[key];
  }

  /** The group of the key; it must be there. */
  int group(int key) {
    return KeyGroups.groupOf(hash[key]);
  }

  /** Whether a part of the key is missing; does not encode it. */
  boolean isMissing(int key) {
    for (int field : expressions[key].fields()) {
      if (event.isMissing(field)) {
        return true;
      }
    }
    return false;
  }

  /** The row of the key, or {@link Arena#NULL}. */
  int find(int key) {
    encode(key);
    if (row[key] == Arena.NULL) {
      KeySpace space = space(key);
      if (lookedAt[key] != space.additions()) { // another expression may have added the key
        lookedAt[key] = space.additions();
        row[key] = space.find(bytes[key], length[key], hash[key]);
      }
    }
    return row[key];
  }

  /** The row of the key, a new one if there is none. */
  int findOrAdd(int key) {
    int found = find(key);
    if (found == Arena.NULL) {
      found = space(key).add(bytes[key], length[key], hash[key]);
      row[key] = found;
    }
    return found;
  }

  /** Whether two key expressions give the same key; both must be there. */
  boolean same(int a, int b) {
    return hash[a] == hash[b] && ByteRange.equal(bytes[a], 0, length[a], bytes[b], 0, length[b]);
  }

  /** The bytes of the key, from offset 0; it must be there. */
  UnsafeBuffer bytes(int key) {
    return bytes[key];
  }

  private void encode(int key) {
    if (seen[key] == eventNumber) {
      return;
    }
    seen[key] = eventNumber;
    row[key] = Arena.NULL;
    lookedAt[key] = NOT_YET;
    KeyExpression expression = expressions[key];
    int[] fields = expression.fields();
    int at = 0;
    for (int i = 0; i < fields.length; i++) {
      if (event.isMissing(fields[i])) {
        isThere[key] = false;
        isOwned[key] = false;
        return;
      }
      FieldType.Kind kind = expression.kinds()[i];
      int size =
          kind == FieldType.Kind.TEXT || kind == FieldType.Kind.IP
              ? event.textLength(fields[i]) + 5
              : 9;
      if (at + size > bytes[key].capacity()) {
        grow(key, at + size);
      }
      at = KeyBytes.write(bytes[key], at, event, fields[i], kind);
    }
    length[key] = at;
    hash[key] = Hashing.hash64(bytes[key], 0, at);
    isThere[key] = true;
    isOwned[key] = owned.contains(KeyGroups.groupOf(hash[key]));
  }

  private void grow(int key, int size) {
    UnsafeBuffer wider = new UnsafeBuffer(new byte[Integer.highestOneBit(size) * 2]);
    wider.putBytes(0, bytes[key], 0, bytes[key].capacity());
    bytes[key] = wider;
  }
}
