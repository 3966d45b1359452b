package dev.weir.ingest;

import dev.weir.event.EventType;
import dev.weir.event.Field;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Decodes one row of CSV (RFC 4180) into fields, by the columns of the header. A cell without
 * quotes and without a sign between the commas is a missing value; {@code ""} is the empty text.
 * The row's bytes stay as they are. Allocates nothing after warm-up. Owned by one thread.
 */
final class CsvRow {
  private final EventType type;
  private final Field[] fields;
  private final ValueText values;
  private int[] fieldOfColumn = new int[0]; // or -1
  private byte[] unquoted = new byte[256];

  // the cell at hand
  private byte[] cell = unquoted;
  private int cellStart;
  private int cellLength;
  private boolean cellQuoted;
  private boolean isBroken;

  CsvRow(EventType type, ValueText values) {
    this.type = type;
    this.fields = type.fields().toArray(new Field[0]);
    this.values = values;
  }

  /** Learns the columns; throws if one that is needed is not there, or not clear. */
  void header(String file, byte[] row, int start, int length) {
    List<String> names = new ArrayList<>();
    int at = start;
    while (at >= 0) {
      at = cell(row, at, start + length);
      if (isBroken) {
        throw new InputException(file + ": the header line has a quote that is not closed");
      }
      names.add(new String(cell, cellStart, cellLength, StandardCharsets.UTF_8).strip());
    }
    fieldOfColumn = new int[names.size()];
    Arrays.fill(fieldOfColumn, -1);
    for (int field = 0; field < fields.length; field++) {
      String wanted = fields[field].source();
      int column = names.indexOf(wanted);
      if (column < 0) {
        if (!fields[field].optional()) {
          throw new InputException(
              file
                  + " has no column `"
                  + wanted
                  + "` for field `"
                  + fields[field].name()
                  + "` of "
                  + type.name()
                  + "; its columns are "
                  + String.join(", ", names));
        }
        continue;
      }
      if (names.lastIndexOf(wanted) != column) {
        throw new InputException(file + " has two columns `" + wanted + "`");
      }
      if (fieldOfColumn[column] >= 0) {
        throw new InputException(
            "two fields of " + type.name() + " are filled from column `" + wanted + "`");
      }
      fieldOfColumn[column] = field;
    }
  }

  /** Decodes the row; returns why it is bad, or the empty text. */
  String decode(byte[] row, int start, int length) {
    String reason = "";
    int columns = 0;
    int at = start;
    while (at >= 0) {
      at = cell(row, at, start + length);
      if (isBroken) {
        return "a quote is not closed, or text stands behind a closed one";
      }
      if (columns < fieldOfColumn.length && reason.isEmpty()) {
        int field = fieldOfColumn[columns];
        if (field >= 0 && !put(field)) {
          reason = values.reason();
        }
      }
      columns++;
    }
    if (columns != fieldOfColumn.length) {
      return columns + " cells where the header has " + fieldOfColumn.length;
    }
    return reason;
  }

  /** Whether the last row was bad in its quotes: then where it ends is a guess. */
  boolean isBroken() {
    return isBroken;
  }

  private boolean put(int field) {
    if (cellLength == 0 && !cellQuoted) {
      return fields[field].optional() || values.refuseMissing(fields[field]);
    }
    return values.put(field, fields[field], cell, cellStart, cellLength);
  }

  /** Finds the cell that begins here; returns where the next one begins, or -1 behind the last. */
  private int cell(byte[] row, int from, int end) {
    isBroken = false;
    cell = row;
    cellQuoted = from < end && row[from] == '"';
    if (cellQuoted) {
      return quotedCell(row, from + 1, end);
    }
    int at = from;
    while (at < end && row[at] != ',') {
      at++;
    }
    cellStart = from;
    cellLength = at - from;
    return at < end ? at + 1 : -1;
  }

  private int quotedCell(byte[] row, int from, int end) {
    int at = from;
    int doubled = 0;
    while (true) {
      while (at < end && row[at] != '"') {
        at++;
      }
      if (at >= end) {
        isBroken = true;
        return -1;
      }
      if (at + 1 < end && row[at + 1] == '"') {
        doubled++;
        at += 2;
        continue;
      }
      break;
    }
    cellStart = from;
    cellLength = at - from;
    if (doubled > 0) {
      halveQuotes(row, from, at);
    }
    at++;
    if (at < end && row[at] != ',') {
      isBroken = true;
      return -1;
    }
    return at < end ? at + 1 : -1;
  }

  private void halveQuotes(byte[] row, int from, int to) {
    if (unquoted.length < to - from) {
      unquoted = new byte[Math.max(2 * unquoted.length, to - from)];
    }
    int length = 0;
    for (int at = from; at < to; at++) {
      unquoted[length++] = row[at];
      if (row[at] == '"') {
        at++;
      }
    }
    cell = unquoted;
    cellStart = 0;
    cellLength = length;
  }
}
