package dev.weir.engine;

import dev.weir.event.EventReader;
import dev.weir.event.EventType;
import java.util.Arrays;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * Holds accepted records until the watermark lets them go, and gives them out in stream order: by
 * time, tie-break (none first, then type name, then value), position. A binary heap over copies in
 * the arena; O(log n) a record. Owned by one thread.
 */
final class Reorder {
  private final Arena arena;
  private final List<EventType> types;
  private final int[] nameRank; // of types, by type id
  private int[] heap = new int[64]; // blocks: the record's bytes
  private int size;
  private final EventReader left = new EventReader();
  private final EventReader right = new EventReader();

  Reorder(Arena arena, List<EventType> types) {
    this.arena = arena;
    this.types = types;
    this.nameRank = new int[types.size()];
    for (EventType type : types) {
      byte[] name = ValueSet.utf8(type.name());
      for (EventType other : types) {
        if (Arrays.compareUnsigned(ValueSet.utf8(other.name()), name) < 0) {
          nameRank[type.typeId()]++;
        }
      }
    }
  }

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  /** Whether a record of this type and time may go at this watermark. */
  boolean isReleased(EventReader event, long watermarkNs) {
    long timeNs = event.timeNs();
    return types.get(event.typeId()).tieField() == EventType.NO_FIELD
        ? watermarkNs >= timeNs
        : watermarkNs > timeNs;
  }

  void add(DirectBuffer buffer, int offset, int length) {
    int block = arena.allocate(Arena.wordsFor(length));
    arena.buffer(block).putBytes(Arena.byteOffset(block), buffer, offset, length);
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, size * 2);
    }
    int at = size++;
    heap[at] = block;
    while (at > 0) {
      int parent = (at - 1) >>> 1;
      if (!isBefore(heap[at], heap[parent])) {
        break;
      }
      swap(at, parent);
      at = parent;
    }
  }

  /** Puts the reader on one of the records held, in no order that means anything. */
  void record(int index, EventReader reader) {
    reader.wrap(arena.buffer(heap[index]), Arena.byteOffset(heap[index]));
  }

  /** Puts the reader on the first record in stream order; there is one. */
  void first(EventReader reader) {
    reader.wrap(arena.buffer(heap[0]), Arena.byteOffset(heap[0]));
  }

  /** Drops the first record; a reader on it is no longer valid. */
  void removeFirst() {
    int block = heap[0];
    left.wrap(arena.buffer(block), Arena.byteOffset(block));
    int words = Arena.wordsFor(left.length());
    heap[0] = heap[--size];
    int at = 0;
    while (true) {
      int child = 2 * at + 1;
      if (child >= size) {
        break;
      }
      if (child + 1 < size && isBefore(heap[child + 1], heap[child])) {
        child++;
      }
      if (!isBefore(heap[child], heap[at])) {
        break;
      }
      swap(at, child);
      at = child;
    }
    arena.free(block, words);
  }

  private void swap(int a, int b) {
    int block = heap[a];
    heap[a] = heap[b];
    heap[b] = block;
  }

  private boolean isBefore(int a, int b) {
    left.wrap(arena.buffer(a), Arena.byteOffset(a));
    right.wrap(arena.buffer(b), Arena.byteOffset(b));
    if (left.timeNs() != right.timeNs()) {
      return left.timeNs() < right.timeNs();
    }
    int leftTie = types.get(left.typeId()).tieField();
    int rightTie = types.get(right.typeId()).tieField();
    if ((leftTie == EventType.NO_FIELD) != (rightTie == EventType.NO_FIELD)) {
      return leftTie == EventType.NO_FIELD;
    }
    if (leftTie != EventType.NO_FIELD) {
      if (left.typeId() != right.typeId()) {
        return nameRank[left.typeId()] < nameRank[right.typeId()];
      }
      int order = compareTies(leftTie);
      if (order != 0) {
        return order < 0;
      }
    }
    return left.position() < right.position();
  }

  /** A missing tie-break stands first; texts and ips go by their bytes. */
  private int compareTies(int field) {
    boolean leftMissing = left.isMissing(field);
    boolean rightMissing = right.isMissing(field);
    if (leftMissing || rightMissing) {
      return Boolean.compare(rightMissing, leftMissing);
    }
    if (!types.get(left.typeId()).fields().get(field).type().isVariable()) {
      return Long.compare(left.slot(field), right.slot(field));
    }
    int leftLength = left.textLength(field);
    int rightLength = right.textLength(field);
    for (int i = 0; i < Math.min(leftLength, rightLength); i++) {
      int order =
          Integer.compare(
              left.buffer().getByte(left.textOffset(field) + i) & 0xff,
              right.buffer().getByte(right.textOffset(field) + i) & 0xff);
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(leftLength, rightLength);
  }
}
