package dev.weir.ingest;

import static dev.weir.ingest.Reading.gzip;
import static dev.weir.ingest.Reading.optional;
import static dev.weir.ingest.Reading.type;
import static dev.weir.ingest.Reading.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.event.EventType;
import dev.weir.event.Field;
import dev.weir.event.FieldType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvReadingTest {
  private static final EventType NOTE =
      type(Field.of("name", FieldType.TEXT), optional("note", FieldType.TEXT));
  private static final EventType AMOUNT =
      type(Field.of("name", FieldType.TEXT), Field.of("amount", FieldType.INT));

  @TempDir Path folder;

  private Reading csv(EventType type, String text) {
    return Reading.of(type, write(folder.resolve("rows.csv"), text));
  }

  @Test
  void shouldMapColumnsByNameInAnyOrderAndPassOverOthers() {
    Reading read = csv(NOTE, "at,other,note,name\n5,x,n,a\n");
    assertThat(read.records).containsExactly(Arrays.asList("a", "n", 5_000_000_000L));
  }

  @Test
  void shouldReadColumnsByFromWhereTheDeclarationSaysSo() {
    EventType type = type(Reading.from("name", FieldType.TEXT, "Customer Name"));
    Reading read = csv(type, "\"Customer Name\",at\nx,1\n");
    assertThat(read.column(0)).containsExactly("x");
  }

  @Test
  void shouldPassOverByteOrderMarkCarriageReturnsAndEmptyLines() {
    Reading read = csv(AMOUNT, "\ufeffname,amount,at\r\na,1,1\r\n\r\nb,2,2\r\n\n");
    assertThat(read.column(1)).containsExactly(1L, 2L);
    assertThat(read.letters).isEmpty();
  }

  @Test
  void shouldReadTheLastRowWithoutLineEnd() {
    assertThat(csv(AMOUNT, "name,amount,at\na,1,1\nb,2,2").column(0)).containsExactly("a", "b");
  }

  @Test
  void shouldReadQuotedCellsWithCommasQuotesAndLineEnds() {
    Reading read = csv(NOTE, "name,note,at\n\"a,\"\"b\"\"\",\"one\r\ntwo\n\",1\nc,d,2\n");
    assertThat(read.column(0)).containsExactly("a,\"b\"", "c");
    assertThat(read.column(1)).containsExactly("one\r\ntwo\n", "d");
  }

  @Test
  void shouldTakeQuotesInsideAnUnquotedCellAsTheyAre() {
    Reading read = csv(NOTE, "name,note,at\n5\" pipe,a\"b\"\"c,1\nx,y,2\n");
    assertThat(read.column(0)).containsExactly("5\" pipe", "x");
    assertThat(read.column(1)).containsExactly("a\"b\"\"c", "y");
  }

  @Test
  void shouldTellAnEmptyTextFromAMissingValue() {
    Reading read = csv(NOTE, "name,note,at\na,,1\nb,\"\",2\n\"\",x,3\n,x,4\n");
    assertThat(read.column(1)).containsExactly(null, "", "x");
    assertThat(read.column(0)).containsExactly("a", "b", "");
    assertThat(read.reasons()).containsExactly("field name: missing");
  }

  @Test
  void shouldSayThePlaceAndTheRawBytesOfABadRow() {
    Reading read = csv(AMOUNT, "name,amount,at\n\"a\n\"\"b\",1,1\n\"c\"\"d\",x,2\ne,5,5\n");
    assertThat(read.column(1)).containsExactly(1L, 5L);
    assertThat(read.letters).hasSize(1);
    Reading.Letter letter = read.letters.get(0);
    assertThat(letter.line()).isEqualTo(4);
    assertThat(letter.raw()).isEqualTo("\"c\"\"d\",x,2");
    assertThat(letter.reason()).isEqualTo("field amount: not a int");
    assertThat(letter.file()).endsWith("rows.csv");
  }

  @Test
  void shouldRefuseRowsWithAnotherNumberOfCells() {
    Reading read = csv(AMOUNT, "name,amount,at\na,1\nb,2,2,2\nc,3,3\n");
    assertThat(read.column(0)).containsExactly("c");
    assertThat(read.reasons())
        .containsExactly("2 cells where the header has 3", "4 cells where the header has 3");
  }

  @Test
  void shouldLoseOneLineOnlyToAQuoteThatIsNotClosed() {
    Reading read = csv(AMOUNT, "name,amount,at\na,1,1\n\"b,2,2\nc,3,3\nd,4,4\n");
    assertThat(read.column(0)).containsExactly("a", "c", "d");
    assertThat(read.letters).extracting(Reading.Letter::line).containsExactly(3L);
    assertThat(read.letters).extracting(Reading.Letter::raw).containsExactly("\"b,2,2");
  }

  @Test
  void shouldLoseOneLineOnlyToTextBehindAClosedQuote() {
    Reading read = csv(AMOUNT, "name,amount,at\n\"b,2,2\nc,3,3\n\"d\",4,4\ne,5,5\nx,y,6\n");
    assertThat(read.column(0)).containsExactly("c", "d", "e");
    assertThat(read.letters).extracting(Reading.Letter::line).containsExactly(2L, 6L);
  }

  @Test
  void shouldRefuseARowAboveTheLimitAndReadOn() {
    String longCell = "x".repeat(FileSource.ROW_BYTES_MAX);
    Reading read = csv(AMOUNT, "name,amount,at\n" + longCell + ",1,1\nb,2,2\n");
    assertThat(read.column(0)).containsExactly("b");
    assertThat(read.letters).hasSize(1);
    assertThat(read.letters.get(0).raw()).hasSize(FileSource.ROW_BYTES_MAX);
    assertThat(read.letters.get(0).reason()).isEqualTo("a row of more than 1039360 bytes");
  }

  @Test
  void shouldLoseOneLineOnlyToAQuoteThatIsNotClosedWithinTheLimit() {
    StringBuilder text = new StringBuilder("name,amount,at\n\"open,1,1\n");
    int rows = FileSource.ROW_BYTES_MAX / 4;
    for (int i = 0; i < rows; i++) {
      text.append("r,2,2\n");
    }
    Reading read = csv(AMOUNT, text.toString());
    assertThat(read.records).hasSize(rows);
    assertThat(read.letters).hasSize(1);
    assertThat(read.letters.get(0).raw()).isEqualTo("\"open,1,1");
  }

  @Test
  void shouldTakeTheLongestRowAndTextAndRefuseLongerTexts() {
    String most = "x".repeat(65_536);
    Reading read = csv(NOTE, "name,note,at\n" + most + ",,1\n" + most + "x,,2\n");
    assertThat(read.column(0)).containsExactly(most);
    assertThat(read.reasons()).containsExactly("field name: a text of more than 65536 bytes");
  }

  @Test
  void shouldFitTheRecordOfTheLongestRowWithTheMostFields() {
    Field[] fields = new Field[EventType.FIELDS_MAX - 1];
    StringBuilder header = new StringBuilder();
    StringBuilder row = new StringBuilder();
    int size = (FileSource.ROW_BYTES_MAX - fields.length - 1) / fields.length;
    for (int i = 0; i < fields.length; i++) {
      fields[i] = Field.of("f" + i, FieldType.TEXT);
      header.append('f').append(i).append(',');
      row.append("x".repeat(size)).append(',');
    }
    Reading read = csv(type(fields), header + "at\n" + row + "1\n");
    assertThat(read.records).hasSize(1);
    assertThat((String) read.records.get(0).get(fields.length - 1)).hasSize(size);
  }

  @Test
  void shouldStopAtAMissingColumnAndNameThoseThatAreThere() {
    assertThatThrownBy(() -> csv(AMOUNT, "name,ammount,at\na,1,1\n"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("has no column `amount` for field `amount` of E")
        .hasMessageContaining("its columns are name, ammount, at");
  }

  @Test
  void shouldStopAtUnclearHeaders() {
    assertThatThrownBy(() -> csv(AMOUNT, "name,amount,amount,at\n"))
        .hasMessageContaining("two columns `amount`");
    assertThatThrownBy(() -> csv(AMOUNT, "\"name,amount,at"))
        .hasMessageContaining("the header line has a quote that is not closed");
    assertThatThrownBy(() -> csv(AMOUNT, "")).hasMessageContaining("a header line is needed");
  }

  @Test
  void shouldTakeAMissingColumnOfAnOptionalFieldAsMissingValues() {
    assertThat(csv(NOTE, "name,at\na,1\n").column(1)).containsExactly((Object) null);
  }

  // ---- files
  // --------------------------------------------------------------------------------------

  @Test
  void shouldTellGzipByContentAndNotByName() {
    Path packed = write(folder.resolve("packed.csv"), gzip("name,amount,at\na,1,1\n"));
    Path plain = write(folder.resolve("plain.csv.gz"), "name,amount,at\nb,2,2\n");
    assertThat(Reading.of(AMOUNT, packed, plain).column(0)).containsExactly("a", "b");
  }

  @Test
  void shouldReadAGzipOfSeveralParts() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(gzip("name,amount,at\na,1,1\n"));
    all.write(gzip("b,2,2\n"));
    all.write(gzip("c,3,3\n"));
    Path file = write(folder.resolve("parts.csv.gz"), all.toByteArray());
    assertThat(Reading.of(AMOUNT, file).column(0)).containsExactly("a", "b", "c");
  }

  @Test
  void shouldStopAtATruncatedGzipWhereverItIsCut() {
    byte[] whole = gzip("name,amount,at\na,1,1\nb,2,2\n");
    for (int length = 3; length < whole.length; length++) {
      Path file = write(folder.resolve("cut.csv.gz"), Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> Reading.of(AMOUNT, file))
          .as("cut to %d bytes", length)
          .isInstanceOfSatisfying(InputException.class, e -> assertThat(e.isUnreadable()).isFalse())
          .hasMessageContaining("cut.csv.gz")
          .hasMessageContaining("the gzip is cut off");
    }
  }

  @Test
  void shouldStopAtADamagedGzip() {
    byte[] bytes = gzip("name,amount,at\n" + "a,1,1\n".repeat(1000));
    bytes[bytes.length - 6] ^= 1; // in the checksum
    Path file = write(folder.resolve("bad.csv.gz"), bytes);
    assertThatThrownBy(() -> Reading.of(AMOUNT, file)).hasMessageContaining("the gzip is damaged");
  }

  @Test
  void shouldSayThatAFileIsNotThere() {
    assertThatThrownBy(() -> Reading.of(AMOUNT, folder.resolve("none.csv")))
        .isInstanceOfSatisfying(InputException.class, e -> assertThat(e.isUnreadable()).isTrue())
        .hasMessageEndingWith("none.csv: no such file");
    assertThatThrownBy(() -> Reading.of(AMOUNT, folder)).hasMessageEndingWith("it is a folder");
  }

  @Test
  void shouldCountBytesOfAllFiles() throws IOException {
    Path one = write(folder.resolve("one.csv"), "name,amount,at\na,1,1\n");
    Path two = write(folder.resolve("two.csv.gz"), gzip("name,amount,at\nb,2,2\n"));
    try (FileSource source =
        new FileSource(AMOUNT, List.of(one, two), (t, f, line, raw, length, reason) -> {})) {
      assertThat(source.bytesTotal()).isEqualTo(Files.size(one) + Files.size(two));
      while (source.next()) {
        assertThat(source.bytesRead()).isPositive().isLessThanOrEqualTo(source.bytesTotal());
      }
      assertThat(source.bytesRead()).isEqualTo(source.bytesTotal());
    }
  }
}
