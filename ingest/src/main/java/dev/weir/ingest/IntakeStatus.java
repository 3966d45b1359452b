package dev.weir.ingest;

import java.util.List;

/**
 * How the intake stands at a moment. Immutable.
 *
 * @param position that the next record gets
 * @param watermarkNs of the stream, ns since the epoch; the least long before there is one
 * @param sources each with its partitions
 */
public record IntakeStatus(
    long position, long watermarkNs, List<Source> sources, List<Type> types) {
  public IntakeStatus {
    sources = List.copyOf(sources);
    types = List.copyOf(types);
  }

  /**
   * A partition of a source.
   *
   * @param watermarkNs of it; the least long while it has given nothing
   * @param silentNs since its last record, or since the start
   * @param isIdle whether it is silent for so long that it holds stream time no longer
   * @param isEnded whether it is finite and read to its end
   * @param isHolding whether stream time waits for it
   */
  public record Source(
      String source,
      int partition,
      long watermarkNs,
      long silentNs,
      boolean isIdle,
      boolean isEnded,
      boolean isHolding) {}

  /**
   * Records of an event type, as the journal and the checkpoint that it was read from tell.
   *
   * @param late behind the watermark
   * @param repeats whose id was seen before
   */
  public record Type(String type, long inTime, long late, long repeats) {}
}
