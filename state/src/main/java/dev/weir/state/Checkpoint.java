package dev.weir.state;

import java.util.List;

/**
 * A complete checkpoint: the state of a fold before the record at its position.
 *
 * @param generation of its chunks; later ones are greater
 * @param position of the first record that is not in it
 * @param parts in the order in which they were written
 */
public record Checkpoint(long generation, long position, List<Part> parts) {
  public Checkpoint {
    parts = List.copyOf(parts);
  }

  /**
   * A part: of an engine, or of what stands around the engines.
   *
   * @param name such as {@code engine 0}
   * @param chunks how many
   * @param bytes of all of them
   * @param hash of their bytes, one behind the other
   */
  public record Part(String name, long chunks, long bytes, long hash) {}

  /** Bytes of all chunks. */
  public long bytes() {
    return parts.stream().mapToLong(Part::bytes).sum();
  }
}
