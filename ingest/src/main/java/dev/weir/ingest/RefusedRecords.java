package dev.weir.ingest;

import dev.weir.event.EventType;
import dev.weir.event.RecordLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.agrona.DirectBuffer;

/** Puts records that were refused before they got a position to the dead letters, as JSON. */
public final class RefusedRecords {
  private final List<EventType> types;
  private final List<String> sources;
  private final DeadLetters deadLetters;
  private final RecordJson json = new RecordJson();
  private long count;

  /**
   * @param sources names by number
   */
  public RefusedRecords(List<EventType> types, List<String> sources, DeadLetters deadLetters) {
    this.types = List.copyOf(types);
    this.sources = List.copyOf(sources);
    this.deadLetters = deadLetters;
  }

  /** One record; its number among the refused takes the place of a line. */
  public void add(DirectBuffer buffer, int offset, String reason) {
    EventType type =
        types.get(
            buffer.getShort(offset + RecordLayout.TYPE_ID_OFFSET, java.nio.ByteOrder.LITTLE_ENDIAN)
                & 0xffff);
    byte[] row = json.write(type, buffer, offset).getBytes(StandardCharsets.UTF_8);
    String source = sources.get(RecordLayout.sourceId(buffer, offset));
    deadLetters.reject(type.name(), source, ++count, row, row.length, reason);
  }
}
